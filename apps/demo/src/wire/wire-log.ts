import { asyncScheduler, defer, map, merge, startWith, Subject, throttleTime, type Observable } from 'rxjs'
import type { WireEntry } from './wire-entry.ts'

/** The newest entries of the wire log. */
export interface WireLog {
  /** Returns an unused key. */
  nextKey: () => number
  /** Adds an entry, or replaces the one with its key. Ignores changes of dropped and cleared entries. */
  put: (entry: WireEntry) => void
  clear: () => void
  /** Replays the latest value. Throttled, so that a burst of entries emits once; clearing emits immediately. */
  readonly content$: Observable<WireContent>
}

export interface WireContent {
  /** In the order of their keys. */
  readonly entries: readonly WireEntry[]
  readonly counts: WireCounts
}

interface WireLogOptions {
  /** Maximum number of entries. Default: 2,000. */
  limit?: number
  /** Minimum time between two emissions. Default: 100. */
  intervalMs?: number
}

export function createWireLog({ limit = 2_000, intervalMs = 100 }: WireLogOptions = {}): WireLog {
  const entries = new Map<number, WireEntry>()
  const changes$ = new Subject<void>()
  const cleared$ = new Subject<void>()
  let counts = noCounts
  let lastKey = 0
  let lastDroppedKey = 0

  return {
    nextKey: () => ++lastKey,
    put(entry) {
      if (entry.key <= lastDroppedKey) return
      counts = addToCounts(counts, entry, entries.get(entry.key))
      entries.set(entry.key, entry)
      for (const key of entries.keys()) {
        if (entries.size <= limit) break
        entries.delete(key)
        lastDroppedKey = Math.max(lastDroppedKey, key)
      }
      changes$.next()
    },
    clear() {
      entries.clear()
      counts = noCounts
      lastDroppedKey = lastKey
      cleared$.next()
    },
    content$: defer(() =>
      merge(
        changes$.pipe(throttleTime(intervalMs, asyncScheduler, { leading: true, trailing: true })),
        cleared$,
      ).pipe(
        startWith(undefined),
        map(() => ({ entries: [...entries.values()], counts })),
      ),
    ),
  }
}

/** Totals since the log was created or cleared, including dropped entries. */
interface WireCounts {
  readonly requests: number
  /** Requests without a response, or with an error response. */
  readonly failures: number
  readonly signals: number
  /** How often a lost connection was restored. */
  readonly reconnections: number
  readonly receivedBytes: number
}

export const noCounts: WireCounts = {
  requests: 0,
  failures: 0,
  signals: 0,
  reconnections: 0,
  receivedBytes: 0,
}

/** Adds an entry to the totals. `previous` is the entry that it replaces. */
function addToCounts(counts: WireCounts, entry: WireEntry, previous: WireEntry | undefined): WireCounts {
  switch (entry.kind) {
    case 'signal':
      return { ...counts, signals: counts.signals + 1 }
    case 'connection':
      return { ...counts, reconnections: counts.reconnections + (entry.isReconnection ? 1 : 0) }
    case 'request': {
      const previousRequest = previous?.kind === 'request' ? previous : undefined
      return {
        ...counts,
        requests: counts.requests + (previousRequest ? 0 : 1),
        failures:
          counts.failures +
          Number(isFailure(entry)) -
          Number(previousRequest ? isFailure(previousRequest) : false),
        receivedBytes: counts.receivedBytes + entry.receivedBytes - (previousRequest?.receivedBytes ?? 0),
      }
    }
  }
}

function isFailure({ state }: { state: string }): boolean {
  return state === 'rejected' || state === 'failed'
}
