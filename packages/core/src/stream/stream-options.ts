import type { ConnectionStatus } from './connection-status.ts'
import type { StreamReady } from './stream-parser.ts'

/** What a stream of a user's signals takes. */
export interface UserStreamOptions {
  /**
   * The last signal already seen: what was missed since comes first. It is the signal's `id`. On the stream of a conversation it
   * may be the `id` of a message, such as the one that was just sent and is going to be answered: where the server cannot go on
   * from there, a `discontinuity` says so, and the messages since are listed. Default: only what is new.
   */
  after?: string | undefined
  /** Ends the stream: it rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called whenever the state of the connection changes. */
  onStatus?: (status: ConnectionStatus) => void
  /**
   * Called each time a connection is open, before its first signal. Messages that were being written when the connection before
   * was lost are announced again, where the server still writes them: forget what came of them so far.
   */
  onReady?: (ready: StreamReady) => void
  /**
   * Registers a function to call when it is worth looking again, and returns what takes it away. While the stream waits, it
   * tries at once; while it is connected, it checks that the line lives. The browser's `online` event and a page that becomes
   * visible do the same by themselves.
   */
  onReconnectTrigger?: (wake: () => void) => () => void
}

/** What a stream of a conversation's signals takes. */
export interface StreamOptions extends UserStreamOptions {
  /** The conversation. */
  id: string
  /**
   * How what was missed comes back where the stream cannot bring it. `backfill`: the messages are listed and come as
   * `message_created`, at most the newest 1,000. `report`: a `discontinuity` says so, and the rest is the caller's. Default: `backfill`.
   */
  onGap?: 'backfill' | 'report'
  /**
   * Called on waking while the line is alive, by servers without replay, as they may lose signals on a line that looks healthy:
   * compare with `listMessages` now. Only with `onGap: 'report'`; otherwise that is done already.
   */
  onPossibleGap?: () => void
}
