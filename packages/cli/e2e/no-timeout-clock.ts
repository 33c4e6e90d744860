import { systemClock, type Clock } from '@parley/core'

/** A clock whose timers fire only if their delay is zero, so that no timeout depends on the speed of the machine. */
export const noTimeoutClock: Clock = {
  now: () => systemClock.now(),
  after: (ms, callback) => (ms > 0 ? () => {} : systemClock.after(ms, callback)),
}
