import { commentFrame, pingFrame, type Frame } from './frame.ts'

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
interface AnyListener {
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
export interface ConversationListener extends AnyListener {
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
export interface UserListener extends AnyListener {
  readonly type: 'user'
  /** All entries of the user's conversations up to this `sequence` were sent. */
  sequence: number
  /** Whether an entry for this user was published before the listener had caught up. */
  hasNewEntries: boolean
}

export type Listener = ConversationListener | UserListener

/**
 * All open streams on this server: writes to them, pings those that are idle, and disconnects those with too much
 * unsent data.
 */
export interface Listeners {
  readonly count: number
  add(listener: Listener): void
  /** Has no effect if the listener was removed before. */
  remove(listener: Listener): void
  ofUser(userRowId: number): Iterable<Listener>
  /**
   * Writes a frame, or disconnects the listener if it has too much unsent data.
   *
   * @param tail - The rest of the same event, sent together with `frame`.
   */
  write(listener: Listener, frame: Frame, tail?: Frame): void
  /** Removes the listener, and ends its stream after all written frames. */
  end(listener: Listener): void
  /** Sends what `publish` writes to a sink as one packet, with one system call instead of one per frame. */
  batch(publish: () => void): void
  /** Pings idle streams, ends those with an expired key, and enforces the total limit. Call it about once a second. */
  sweep(): void
  /** Ends all streams, and any that are added later. */
  close(): void
}

export interface ListenersOptions {
  /** A listener without writes gets a ping after this time. Clients allow 25 s. */
  readonly pingIntervalMs: number
  /** A listener with more unsent bytes is disconnected. It can resume from the log. */
  readonly maxBufferedBytes: number
  /** The limit for all streams of one user together. */
  readonly maxBufferedBytesPerUser: number
  /** The limit for all listeners. Beyond it, those with the most unsent bytes are disconnected. */
  readonly maxBufferedBytesInTotal: number
  /** Milliseconds since 1970, for the expiry of keys. */
  readonly now: () => number
  /** Monotonic milliseconds, for intervals. */
  readonly monotonicNow: () => number
}

/** This little unsent data soon fits into the buffers of the operating system. */
const negligibleBytes = 64 * 1024

/** @param onRemoved - Called for each removed listener, before its stream ends. */
export function createListeners(
  options: ListenersOptions,
  onRemoved: (listener: Listener) => void,
): Listeners {
  // Most users have a single stream; a set would take four times the memory.
  const byUser = new Map<number, Listener | Set<Listener>>()
  let count = 0
  let isClosed = false
  /** The sinks that buffer their writes until the current batch ends. */
  let corked: Set<Sink> | undefined

  const ofUser = (userRowId: number): Iterable<Listener> => {
    const found = byUser.get(userRowId)
    if (found === undefined) return []
    return found instanceof Set ? found : [found]
  }
  const all = function* (): Generator<Listener> {
    for (const found of byUser.values()) {
      if (found instanceof Set) yield* found
      else yield found
    }
  }

  const remove = (listener: Listener): void => {
    const { userRowId } = listener
    const found = byUser.get(userRowId)
    const isFound = found instanceof Set ? found.delete(listener) : found === listener
    if (!isFound) return
    if (!(found instanceof Set) || found.size === 0) byUser.delete(userRowId)
    count--
    onRemoved(listener)
  }
  const end = (listener: Listener): void => {
    remove(listener)
    listener.sink.end()
  }
  const disconnect = (listener: Listener): void => {
    remove(listener)
    listener.sink.destroy()
  }

  /** Whether a listener, or all streams of its user together, exceed the limits. */
  const hasTooMuchUnsent = ({ sink, userRowId }: Listener): boolean => {
    const bytes = sink.bufferedBytes()
    if (bytes > options.maxBufferedBytes) return true
    if (bytes <= negligibleBytes) return false
    const listeners = byUser.get(userRowId)
    return listeners instanceof Set && sumBytes(listeners) > options.maxBufferedBytesPerUser
  }
  /** @returns Whether the sink was corked. */
  const uncork = (sink: Sink): boolean => {
    if (!corked?.delete(sink)) return false
    sink.uncork()
    return true
  }

  const write = (listener: Listener, frame: Frame, tail?: Frame): void => {
    const { sink } = listener
    // Corked frames count as unsent, although the client may read fast enough: sends them, and measures again.
    if (hasTooMuchUnsent(listener) && !(uncork(sink) && !hasTooMuchUnsent(listener))) {
      disconnect(listener)
      return
    }
    if (corked && !corked.has(sink)) {
      corked.add(sink)
      sink.cork()
    }
    listener.wroteSinceSweep = true
    sink.write(frame, tail)
  }

  const sweepListener = (listener: Listener, { now, wallNow }: { now: number; wallNow: number }): void => {
    if (listener.expiresAt <= wallNow) end(listener)
    else if (listener.wroteSinceSweep) {
      listener.wroteSinceSweep = false
      listener.lastWriteAt = now
    } else if (now - listener.lastWriteAt >= options.pingIntervalMs) {
      listener.lastWriteAt = now
      write(listener, pingFrame)
      listener.wroteSinceSweep = false
    } else if (listener.needsComments) {
      write(listener, commentFrame)
      listener.wroteSinceSweep = false
    }
  }
  const enforceTotalLimit = (): void => {
    const slow = [...all()].filter(isSlow)
    let total = sumBytes(slow)
    if (total <= options.maxBufferedBytesInTotal) return
    slow.sort((a, b) => b.sink.bufferedBytes() - a.sink.bufferedBytes())
    for (const listener of slow) {
      if (total <= options.maxBufferedBytesInTotal) return
      total -= listener.sink.bufferedBytes()
      disconnect(listener)
    }
  }

  return {
    get count() {
      return count
    },
    add: (listener) => {
      const { userRowId } = listener
      const found = byUser.get(userRowId)
      if (found === undefined) byUser.set(userRowId, listener)
      else if (found instanceof Set) found.add(listener)
      else byUser.set(userRowId, new Set([found, listener]))
      count++
      if (isClosed) end(listener)
    },
    remove,
    ofUser,
    write,
    end,
    batch: (publish) => {
      const sinks = (corked = new Set<Sink>())
      try {
        publish()
      } finally {
        corked = undefined
        for (const sink of sinks) sink.uncork()
      }
    },
    sweep: () => {
      const times = { now: options.monotonicNow(), wallNow: options.now() }
      for (const listener of all()) sweepListener(listener, times)
      enforceTotalLimit()
    },
    close: () => {
      isClosed = true
      for (const listener of all()) end(listener)
    },
  }
}

export function isSlow({ sink }: Listener): boolean {
  return sink.bufferedBytes() > negligibleBytes
}

function sumBytes(listeners: Iterable<Listener>): number {
  let sum = 0
  for (const { sink } of listeners) sum += sink.bufferedBytes()
  return sum
}
