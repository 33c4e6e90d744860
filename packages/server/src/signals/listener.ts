import type { Frame } from './frame.ts'

/** The output of a listener. Hides how the connection frames its body. */
export interface Sink {
  /** @param tail - The rest of the same event, sent together with the frame. */
  write(frame: Frame, tail?: Frame): void
  /** Buffers all further writes until `release`. */
  cork(): void
  uncork(): void
  /** Ends the response after all written frames. */
  end(): void
  /** Closes the connection without a word, whatever waits to be sent. */
  destroy(): void
  bufferedBytes(): number
  /** Resolves when little waits to be sent any more, or the connection is gone. */
  drained(): Promise<void>
  isClosed(): boolean
  /** Calls back once when the connection is gone, whoever closed it. */
  onClosed(callback: () => void): void
}

/** What every open stream has. Plain data, as there may be thousands of them that mostly wait. */
interface OpenListener {
  readonly userKey: number
  /** The epoch in its SSE ids. */
  readonly epoch: string
  /** When the user's key expires, in milliseconds since 1970; Infinity if never. */
  readonly expiresAt: number
  /**
   * Whether it is sent a comment at every sweep. The official client in Node may listen on a socket that served a request
   * before, and whose idle timer of 4 to 5 s then closes it.
   */
  readonly needsComments: boolean
  readonly sink: Sink
  /** False until it has caught up with the log; then it is given each entry as it is published. */
  isCaughtUp: boolean
  wroteSinceSweep: boolean
  lastWriteAt: number
}

/** An open stream of one conversation. */
export interface Listener extends OpenListener {
  readonly type: 'conversation'
  readonly conversationKey: number
  /** The owner of the conversation. Deleting the owner deletes it. */
  readonly ownerKey: number
  /** The head of the conversation when the user was found to take part: a removal after it ends the stream. */
  readonly authorizedSeq: number
  /** The number of the newest entry that was sent. */
  seq: number
}

/** An open stream of all conversations of a user. */
export interface UserListener extends OpenListener {
  readonly type: 'user'
  /** What stands up to this place in the order of acceptance was sent, as far as it concerns the user. */
  sequence: number
  /** Whether something that concerns it was published while it was not live. */
  hasNewEntries: boolean
}
