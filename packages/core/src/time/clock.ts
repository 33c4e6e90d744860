/** The client's source of time. Tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  /** Calls `callback` once after `ms` milliseconds. Returns a function that cancels it. */
  after: (ms: number, callback: () => void) => () => void
}

/** The maximum delay of `setTimeout`: a longer one fires at once. */
const maxTimeoutMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, maxTimeoutMs))
    return () => clearTimeout(timer)
  },
}
