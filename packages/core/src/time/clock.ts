/** Where the client gets its time from: a parameter, so that a test can hand it its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  /** Calls back once, after that many milliseconds, unless the returned function is called first. */
  after: (ms: number, callback: () => void) => () => void
}

/** The longest that `setTimeout` can wait: it takes anything above for zero. */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, longestTimerMs))
    return () => clearTimeout(timer)
  },
}
