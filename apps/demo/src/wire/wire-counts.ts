import type { WireEntry } from './wire-entry.ts'

/** Totals since the log was created or cleared, including dropped entries. */
export interface WireCounts {
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
export function addToCounts(
  counts: WireCounts,
  entry: WireEntry,
  previous: WireEntry | undefined,
): WireCounts {
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
