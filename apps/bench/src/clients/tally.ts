/** How many signals a client has handed over, from the first of them until the time is up. */
export interface Tally {
  readonly signals: number
  readonly elapsedMs: number
}

const looksEvery = 64

/** Counts, and calls `onEnd` once after so many seconds. The clock is read seldom, as it would be measured too. */
export function createTally(seconds: number, onEnd: (tally: Tally) => void): () => void {
  let signals = 0
  let startedAt = 0
  let isOver = false
  return () => {
    if (signals++ === 0) startedAt = performance.now()
    if (isOver || signals % looksEvery !== 0) return
    const elapsedMs = performance.now() - startedAt
    if (elapsedMs < seconds * 1000) return
    isOver = true
    onEnd({ signals, elapsedMs })
  }
}
