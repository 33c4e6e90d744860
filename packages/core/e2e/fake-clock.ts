import type { Clock } from '../src/time/clock.ts'

export interface FakeClock extends Clock {
  /** What is waited for now: the milliseconds left, shortest first. */
  readonly waits: number[]
  /** Lets time pass, and calls back who waited for it. */
  advance: (ms: number) => void
  /** Sets the clock, as a person or a time server may. Pending timers are not affected. */
  setBack: (ms: number) => void
}

/** Time that passes only when a test says so. */
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
      return [...timers].map(({ at }) => at - time).toSorted((one, other) => one - other)
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
