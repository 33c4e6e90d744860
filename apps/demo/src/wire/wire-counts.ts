import type { WireEntry } from './wire-entry.ts'

/** What passed since the log began or was cleared, also what it no longer keeps. */
export interface WireCounts {
  readonly requests: number
  /** Requests that brought no answer, or an error. */
  readonly failures: number
  readonly signals: number
  /** Connections that came back after one was lost. */
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

/** Adds an entry; `former` is what stood in the log under its key. */
export function addToCounts(counts: WireCounts, entry: WireEntry, former: WireEntry | undefined): WireCounts {
  switch (entry.kind) {
    case 'signal':
      return { ...counts, signals: counts.signals + 1 }
    case 'connection':
      return { ...counts, reconnections: counts.reconnections + (entry.isReturn ? 1 : 0) }
    case 'request': {
      const before = former?.kind === 'request' ? former : undefined
      return {
        ...counts,
        requests: counts.requests + (before ? 0 : 1),
        failures: counts.failures + Number(isFailure(entry)) - Number(before ? isFailure(before) : false),
        receivedBytes: counts.receivedBytes + entry.receivedBytes - (before?.receivedBytes ?? 0),
      }
    }
  }
}

function isFailure({ state }: { state: string }): boolean {
  return state === 'refused' || state === 'failed'
}
