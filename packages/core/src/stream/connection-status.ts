import type { ChatError } from '../errors/chat-error.ts'

/** The state of a stream's connection, discriminated by `state`. */
export type ConnectionStatus =
  /** The first attempt is in flight. */
  | { state: 'connecting' }
  | { state: 'online' }
  /**
   * The connection was lost or could not be opened. `attempt` counts from 1 since the last healthy connection;
   * `retryAt` (milliseconds since 1970) is in the past while the attempt is in flight.
   */
  | { state: 'reconnecting'; attempt: number; retryAt: number; cause: ChatError }
  /** The browser reports no network. The stream still retries. */
  | { state: 'offline' }
  /** The stream has ended: it was stopped, or failed with the permanent error `cause`. */
  | { state: 'closed'; cause?: ChatError }
