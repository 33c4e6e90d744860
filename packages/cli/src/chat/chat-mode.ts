import type { LiveConversation } from '@parley/rx'
import type { ChatIo } from './chat-io.ts'
import type { JoinedChat } from './join-chat.ts'
import type { ChatCommandOptions } from './parse-chat-options.ts'

/** Everything a chat mode needs. */
export interface ChatSession extends JoinedChat {
  readonly conversation: LiveConversation
  readonly options: ChatCommandOptions
  readonly io: ChatIo
  /** Resolves when no message is in flight, after a timeout, or immediately without a connection. */
  readonly waitForDelivery: () => Promise<unknown>
}

/** Runs a chat until it ends. Resolves with the exit code. @throws ChatError if the error is permanent. */
export type ChatMode = (session: ChatSession) => Promise<number>
