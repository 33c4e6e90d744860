import type { ConnectionStatus } from './connection-status.ts'
import type { StreamReady } from './stream-parser.ts'

/** Options of `listenUser`. */
export interface UserStreamOptions {
  /**
   * The `id` of the last signal already seen: missed signals come first. The stream of a conversation also accepts the
   * `id` of a message, such as one that was just sent. If the server cannot resume from there, the stream starts with a
   * `discontinuity`, followed by the messages since. Default: new signals only.
   */
  after?: string | undefined
  /** Ends the stream, which then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called each time the state of the connection changes. */
  onStatus?: (status: ConnectionStatus) => void
  /**
   * Called each time a connection opens, before its first signal. The server then announces again each message that it
   * is still streaming: discard the deltas received so far.
   */
  onReady?: (ready: StreamReady) => void
  /**
   * Subscribes to a source of reconnect triggers: call `reconnect` when connecting may succeed, and return a function
   * that unsubscribes. A waiting stream then reconnects now; an open one checks that its connection is healthy. The
   * browser's `online` event and a page that becomes visible trigger this by default.
   */
  onReconnectTrigger?: (reconnect: () => void) => () => void
}

/** Options of `listenConversation`. */
export interface StreamOptions extends UserStreamOptions {
  /** The conversation's id. */
  id: string
  /**
   * What to do about missed messages that the server cannot replay. `backfill` lists them and delivers them as
   * `message_created`, at most the newest 1,000. `report` only sends a `discontinuity`. Default: `backfill`.
   */
  onGap?: 'backfill' | 'report'
  /**
   * Called after a reconnect trigger on an open, healthy connection, if the server has no replay: such servers can lose
   * signals unnoticed. Compare with `listMessages`. Only with `onGap: 'report'`, as `backfill` does that itself.
   */
  onPossibleGap?: () => void
}
