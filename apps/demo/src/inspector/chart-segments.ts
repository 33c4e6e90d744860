import type { ConversationConnection } from '@parley/rx'
import type { ConnectionEntry } from '../wire/wire-entry.ts'

/** A period in which the connection was in one state. Times are Unix times in milliseconds. */
export interface Segment {
  state: SegmentState
  from: number
  to: number
}

/** `syncing`: online, while missed messages are still being loaded. */
export type SegmentState = 'connecting' | 'online' | 'syncing' | 'reconnecting' | 'offline' | 'closed'

export interface TimeRange {
  from: number
  to: number
}

/** Returns the segments within a time range, in order. The last state lasts until the end of the range. */
export function toSegments(entries: readonly ConnectionEntry[], { from, to }: TimeRange): Segment[] {
  const segments: Segment[] = []
  for (const [index, { at, connection }] of entries.entries()) {
    const segment = {
      state: toSegmentState(connection),
      from: Math.max(at, from),
      to: entries[index + 1]?.at ?? to,
    }
    const previous = segments.at(-1)
    if (segment.to <= segment.from) continue
    if (previous?.state === segment.state) previous.to = segment.to
    else segments.push(segment)
  }
  return segments
}

/** Counts the times in each of `count` equal intervals of a range. */
export function countPerInterval(times: readonly number[], { from, to }: TimeRange, count: number): number[] {
  const counts = Array.from({ length: count }, () => 0)
  for (const at of times) {
    const index = Math.floor(((at - from) / (to - from)) * count)
    const current = counts[index]
    if (current !== undefined) counts[index] = current + 1
  }
  return counts
}

export function toSegmentState({ state, isSynced }: ConversationConnection): SegmentState {
  return state === 'online' && !isSynced ? 'syncing' : state
}
