import type { ChatError } from '../errors/chat-error.ts'

/** How a stream's connection is, told apart by `state`. */
export type ConnectionStatus =
  /** The first attempt is under way. */
  | { state: 'connecting' }
  | { state: 'online' }
  /**
   * The connection was lost, or did not come about. `attempt` counts from 1 since a connection last proved itself; `retryAt`
   * (milliseconds since 1970) has passed once that attempt is under way.
   */
  | { state: 'reconnecting'; attempt: number; retryAt: number; cause: ChatError }
  /** The browser says that there is no network. Attempts go on all the same. */
  | { state: 'offline' }
  /** The stream is over: it was told to end, or `cause` is what no retry can mend. */
  | { state: 'closed'; cause?: ChatError }
