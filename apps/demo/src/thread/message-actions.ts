import type { ChatMessage } from '@parley/rx'
import type { Reply } from '../payloads/reply.ts'

/** What can be done with a message. The same object for all messages of a conversation, so that none is drawn again for it. */
export interface MessageActions {
  reply: (reply: Reply, answered: string) => void
  retry: (key: string) => void
  discard: (message: ChatMessage) => void
  /** Puts the text of a message that cannot be sent into the composer. */
  edit: (message: ChatMessage) => void
  copy: (message: ChatMessage) => void
  remove: (message: Extract<ChatMessage, { status: 'sent' }>) => void
}
