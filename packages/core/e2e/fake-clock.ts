import type { Clock } from '../src/time/clock.ts'

export interface FakeClock extends Clock {
  /** The remaining times of all timers in milliseconds, shortest first. */
  readonly waits: number[]
  /** Advances the time and fires the timers that are due. */
  advance: (ms: number) => void
  /** Sets the clock back, as a user or a time server can. Timers are not affected. */
  setBack: (ms: number) => void
}

/** Creates a clock that a test advances. */
export function createFakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<{ at: number; callback: () => void }>()
  let time = startMs

  return {
    now: () => time,
    after(ms, callback) {
      const timer = { at: time + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    get waits() {
      return [...timers].map(({ at }) => at - time).toSorted((a, b) => a - b)
    },
    advance(ms) {
      time += ms
      for (const timer of [...timers].filter(({ at }) => at <= time)) {
        timers.delete(timer)
        timer.callback()
      }
    },
    setBack(ms) {
      time -= ms
      for (const timer of timers) timer.at -= ms
    },
  }
}
