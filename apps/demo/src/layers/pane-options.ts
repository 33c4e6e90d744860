import type { ChatOptions, ConnectOptions } from '@parley/core'

/** Options of each of the three chats. */
export interface PaneOptions {
  server: ChatOptions
  /** `{ storage }` for a guest, or `{ userKey }`. */
  auth: ConnectOptions
  /** The conversation's id. */
  id: string
  /** Stops the chat when it aborts. */
  signal: AbortSignal
}
