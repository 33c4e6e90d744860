import type { ChatMessage } from '@parley/rx'
import type { Reply } from '../payloads/reply.ts'

/** Actions on messages. All messages of a conversation share one object, so that it causes no renders. */
export interface MessageActions {
  reply: (reply: Reply, questionId: string) => void
  retry: (key: string) => void
  discard: (message: ChatMessage) => void
  /** Discards a failed message, and moves its text into the composer. */
  edit: (message: ChatMessage) => void
  copy: (message: ChatMessage) => void
  remove: (message: Extract<ChatMessage, { status: 'sent' }>) => void
}
