import type { Discontinuity } from '@parley/core'
import type { SourceItem } from '../source/conversation-source.ts'
import type { ResumeCursor } from '../source/stream-source.ts'

const maxSeenCount = 1_000

/** Delivers each signal of the stream once to this tab, whichever tab leads, and reports every gap. */
export interface SignalDeduper {
  /** Returns the items to deliver for a received item. */
  filter: (item: SourceItem) => SourceItem[]
  /** The stream continues after this id. Returns the items that report a gap if this tab has not seen the id. */
  resume: (id: string | undefined) => SourceItem[]
}

export function createSignalDeduper(cursor: ResumeCursor): SignalDeduper {
  /** The newest ids of the stream. */
  const seen = new Set<string>()
  let hasStarted = false

  /** Returns whether the id is new. */
  function markSeen(id: string | undefined): boolean {
    if (id === undefined) return true
    if (seen.has(id)) return false
    cursor.id = id
    seen.add(id)
    const [oldest = ''] = seen
    if (seen.size > maxSeenCount) seen.delete(oldest)
    return true
  }

  return {
    filter(item) {
      if (item.type === 'signal') return markSeen(item.signal.id) ? [item] : []
      if (item.type !== 'ready') return [item]

      const { ready } = item
      markSeen(ready.id)
      if (!hasStarted) {
        hasStarted = true
        return [{ type: 'ready', ready: { ...ready, state: 'fresh' } }]
      }
      if (ready.state !== 'fresh') return [item]
      return [{ type: 'ready', ready: { ...ready, state: 'reset' } }, discontinuityItem('no_replay')]
    },
    resume: (id) =>
      hasStarted && id !== undefined && !seen.has(id)
        ? [discontinuityItem('reset'), { type: 'possible_gap' }]
        : [],
  }
}

function discontinuityItem(cause: Discontinuity['data']['cause']): SourceItem {
  return { type: 'signal', signal: { type: 'discontinuity', data: { cause } } }
}
