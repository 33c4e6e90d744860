import type { ConversationConnection } from '@parley/rx'
import type { ConnectionEntry } from '../wire/wire-entry.ts'

/** How the connection was for a while: a piece of the strip. Times are in milliseconds since 1970. */
export interface Span {
  look: SpanLook
  from: number
  to: number
}

/** `catching_up`: online, and what was missed is still on its way. */
export type SpanLook = 'connecting' | 'online' | 'catching_up' | 'reconnecting' | 'offline' | 'closed'

export interface Window {
  from: number
  to: number
}

/** The pieces of the strip within a window of time, in their order. The last known state goes on until the window's end. */
export function toSpans(entries: readonly ConnectionEntry[], { from, to }: Window): Span[] {
  const spans: Span[] = []
  for (const [index, { at, connection }] of entries.entries()) {
    const span = { look: lookOf(connection), from: Math.max(at, from), to: entries[index + 1]?.at ?? to }
    const last = spans.at(-1)
    if (span.to <= span.from) continue
    if (last?.look === span.look) last.to = span.to
    else spans.push(span)
  }
  return spans
}

/** How many signals came in each of `count` equal parts of a window. */
export function countByPart(times: readonly number[], { from, to }: Window, count: number): number[] {
  const parts = Array.from({ length: count }, () => 0)
  for (const at of times) {
    const part = Math.floor(((at - from) / (to - from)) * count)
    const former = parts[part]
    if (former !== undefined) parts[part] = former + 1
  }
  return parts
}

export function lookOf({ state, isSynced }: ConversationConnection): SpanLook {
  return state === 'online' && !isSynced ? 'catching_up' : state
}
