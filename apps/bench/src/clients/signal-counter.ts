/** The number of signals that a client delivered, and the time since the first one. */
export interface SignalCount {
  readonly signals: number
  readonly elapsedMs: number
}

const clockCheckInterval = 64

/**
 * Counts signals, and calls `onEnd` once after `seconds`. Reads the clock rarely, because reading it is part of the
 * measured CPU time.
 */
export function createSignalCounter(seconds: number, onEnd: (result: SignalCount) => void): () => void {
  let signals = 0
  let startedAt = 0
  let hasEnded = false
  return () => {
    if (signals++ === 0) startedAt = performance.now()
    if (hasEnded || signals % clockCheckInterval !== 0) return
    const elapsedMs = performance.now() - startedAt
    if (elapsedMs < seconds * 1000) return
    hasEnded = true
    onEnd({ signals, elapsedMs })
  }
}
