import type { ChatOptions, ConnectOptions } from '@parley/core'

/** What each of the three chats takes. */
export interface Pane {
  server: ChatOptions
  visitor: ConnectOptions
  /** The conversation's. */
  id: string
  /** Ends the chat. */
  signal: AbortSignal
}
