import { asyncScheduler, defer, map, merge, startWith, Subject, throttleTime, type Observable } from 'rxjs'
import { addToCounts, noCounts, type WireCounts } from './wire-counts.ts'
import type { WireEntry } from './wire-entry.ts'

/** What passed on the wire, the newest of it. */
export interface WireLog {
  /** A key that no entry has. */
  nextKey: () => number
  /** Adds an entry, or puts it in the place of the one with its key. What was dropped or cleared does not come back. */
  put: (entry: WireEntry) => void
  clear: () => void
  /** Replays the latest. A burst of entries comes as one change, so that to look on slows nothing down; clearing shows at once. */
  readonly content$: Observable<WireContent>
}

export interface WireContent {
  /** In the order in which they began. */
  readonly entries: readonly WireEntry[]
  readonly counts: WireCounts
}

export interface WireLogOptions {
  /** How many entries are kept. Default: 2,000. */
  limit?: number
  /** How often those who look are told, at most. Default: 100. */
  intervalMs?: number
}

export function createWireLog({ limit = 2_000, intervalMs = 100 }: WireLogOptions = {}): WireLog {
  const kept = new Map<number, WireEntry>()
  const changes$ = new Subject<void>()
  const cleared$ = new Subject<void>()
  let counts = noCounts
  let lastKey = 0
  let lastDropped = 0

  return {
    nextKey: () => ++lastKey,
    put(entry) {
      if (entry.key <= lastDropped) return
      counts = addToCounts(counts, entry, kept.get(entry.key))
      kept.set(entry.key, entry)
      for (const key of kept.keys()) {
        if (kept.size <= limit) break
        kept.delete(key)
        lastDropped = Math.max(lastDropped, key)
      }
      changes$.next()
    },
    clear() {
      kept.clear()
      counts = noCounts
      lastDropped = lastKey
      cleared$.next()
    },
    content$: defer(() =>
      merge(
        changes$.pipe(throttleTime(intervalMs, asyncScheduler, { leading: true, trailing: true })),
        cleared$,
      ).pipe(
        startWith(undefined),
        map(() => ({ entries: [...kept.values()], counts })),
      ),
    ),
  }
}
