import type { LiveConversation } from '@parley/rx'
import type { ChatIo } from './chat-io.ts'
import type { JoinedChat } from './join-chat.ts'
import type { ChatCommandOptions } from './parse-chat-options.ts'

/** What a way to show a chat is given. */
export interface ChatSession extends JoinedChat {
  readonly conversation: LiveConversation
  readonly options: ChatCommandOptions
  readonly io: ChatIo
  /** Resolves when what the user has sent has arrived, or will not soon. */
  readonly waitForDelivery: () => Promise<unknown>
}

/** Shows a chat until it ends. Resolves with the exit code. @throws ChatError of what no retry can mend. */
export type ChatMode = (session: ChatSession) => Promise<number>
