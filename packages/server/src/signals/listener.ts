import type { Frame } from './frame.ts'

/** The output of a listener. Hides the HTTP framing of its connection. */
export interface Sink {
  /** @param tail - The rest of the same event, sent together with `frame`. */
  write(frame: Frame, tail?: Frame): void
  /** Buffers all writes until `uncork`. */
  cork(): void
  uncork(): void
  /** Ends the response after all written frames. */
  end(): void
  /** Closes the connection immediately and discards unsent data. */
  destroy(): void
  bufferedBytes(): number
  /** Resolves when little unsent data is left, or the connection has closed. */
  drained(): Promise<void>
  isClosed(): boolean
  /** Calls back once when the connection closes, whichever side closed it. */
  onClosed(callback: () => void): void
}

/** An open stream. Plain data without closures, as thousands of idle streams may be open. */
interface OpenListener {
  readonly userRowId: number
  /** The epoch in its SSE ids. */
  readonly epoch: string
  /** When the user's key expires, in milliseconds since 1970; Infinity if never. */
  readonly expiresAt: number
  /**
   * Whether it gets a comment at every sweep. In Node, the official client may open a stream on a reused socket, whose
   * idle timer closes it after 4 to 5 s without bytes.
   */
  readonly needsComments: boolean
  readonly sink: Sink
  /** True once the log has been replayed. From then on, the hub sends each entry when it is published. */
  isCaughtUp: boolean
  /** Whether anything was written since the last sweep. */
  wroteSinceSweep: boolean
  /** Monotonic milliseconds, updated at sweeps. */
  lastWriteAt: number
}

/** An open stream of one conversation. */
export interface ConversationListener extends OpenListener {
  readonly type: 'conversation'
  readonly conversationRowId: number
  /** The owner of the conversation. Deleting the owner deletes it. */
  readonly ownerRowId: number
  /** The last `seq` when the user was authorized. A removal after it ends the stream. */
  readonly authorizedSeq: number
  /** The `seq` of the newest entry that was sent. */
  seq: number
}

/** An open stream of all conversations of a user. */
export interface UserListener extends OpenListener {
  readonly type: 'user'
  /** All entries of the user's conversations up to this `sequence` were sent. */
  sequence: number
  /** Whether an entry for this user was published before the listener had caught up. */
  hasNewEntries: boolean
}
