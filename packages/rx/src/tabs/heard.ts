import type { Discontinuity } from '@parley/core'
import type { SourceItem } from '../source/conversation-source.ts'
import type { Place } from '../source/stream-source.ts'

const maxCount = 1_000

/** What one tab has heard of the stream, whichever tab runs it: each signal comes once, and no gap is silent. */
export interface Heard {
  /** What to pass on of an item. */
  take: (item: SourceItem) => SourceItem[]
  /** The stream goes on after this place, for this tab as well. What to pass on if it had not come so far. */
  goOn: (id: string | undefined) => SourceItem[]
}

export function createHeard(place: Place): Heard {
  /** The newest places in the stream that were passed. */
  const passed = new Set<string>()
  let hasBegun = false

  function pass(id: string | undefined): boolean {
    if (id === undefined) return true
    if (passed.has(id)) return false
    place.id = id
    passed.add(id)
    const [oldest = ''] = passed
    if (passed.size > maxCount) passed.delete(oldest)
    return true
  }

  return {
    take(item) {
      if (item.type === 'signal') return pass(item.signal.id) ? [item] : []
      if (item.type !== 'ready') return [item]

      const { ready } = item
      pass(ready.id)
      if (!hasBegun) {
        hasBegun = true
        return [{ type: 'ready', ready: { ...ready, state: 'fresh' } }]
      }
      if (ready.state !== 'fresh') return [item]
      return [{ type: 'ready', ready: { ...ready, state: 'reset' } }, gapBy('no_replay')]
    },
    goOn: (id) =>
      hasBegun && id !== undefined && !passed.has(id) ? [gapBy('reset'), { type: 'doubt' }] : [],
  }
}

function gapBy(cause: Discontinuity['data']['cause']): SourceItem {
  return { type: 'signal', signal: { type: 'discontinuity', data: { cause } } }
}
