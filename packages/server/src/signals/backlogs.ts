import type { ConversationListener, UserListener } from './listener.ts'

type AnyListener = ConversationListener | UserListener

export interface BacklogLimits {
  readonly maxBufferedBytes: number
  readonly maxBufferedBytesPerUser: number
  readonly maxBufferedBytesInTotal: number
}

/** Limits the unsent data of slow listeners. */
export interface Backlogs {
  add(listener: AnyListener): void
  remove(listener: AnyListener): void
  /** Whether a listener, or all streams of its user together, exceed the limits. */
  isTooLarge(listener: AnyListener): boolean
  /** The listeners to disconnect to get below the total limit, those with the most unsent data first. */
  excess(listeners: Iterable<AnyListener>): AnyListener[]
}

/** Smaller backlogs soon fit into the buffers of the operating system. */
export const negligibleBytes: number = 64 * 1024

export function createBacklogs(limits: BacklogLimits): Backlogs {
  // Most users have a single stream; a set would take four times the memory.
  const byUser = new Map<number, AnyListener | Set<AnyListener>>()

  return {
    add: (listener) => {
      const found = byUser.get(listener.userRowId)
      if (found === undefined) byUser.set(listener.userRowId, listener)
      else if (found instanceof Set) found.add(listener)
      else byUser.set(listener.userRowId, new Set([found, listener]))
    },
    remove: (listener) => {
      const found = byUser.get(listener.userRowId)
      if (found instanceof Set) found.delete(listener)
      if (found === listener || (found instanceof Set && found.size === 0)) byUser.delete(listener.userRowId)
    },
    isTooLarge: ({ sink, userRowId }) => {
      const bytes = sink.bufferedBytes()
      if (bytes <= negligibleBytes) return bytes > limits.maxBufferedBytes
      if (bytes > limits.maxBufferedBytes) return true
      const userListeners = byUser.get(userRowId)
      return userListeners instanceof Set && sumBytes(userListeners) > limits.maxBufferedBytesPerUser
    },
    excess: (listeners) => {
      const slow = [...listeners].filter(({ sink }) => sink.bufferedBytes() > negligibleBytes)
      let total = sumBytes(slow)
      if (total <= limits.maxBufferedBytesInTotal) return []
      slow.sort((a, b) => b.sink.bufferedBytes() - a.sink.bufferedBytes())
      const excess: AnyListener[] = []
      for (const listener of slow) {
        if (total <= limits.maxBufferedBytesInTotal) break
        total -= listener.sink.bufferedBytes()
        excess.push(listener)
      }
      return excess
    },
  }
}

function sumBytes(listeners: Iterable<AnyListener>): number {
  let sum = 0
  for (const { sink } of listeners) sum += sink.bufferedBytes()
  return sum
}
