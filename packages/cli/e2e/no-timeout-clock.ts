import { systemClock, type Clock } from '@parley/core'

/** Time of which there is always enough: nothing is given up, and only what waits for no time at all goes on. */
export const noTimeoutClock: Clock = {
  now: () => systemClock.now(),
  after: (ms, callback) => (ms > 0 ? () => {} : systemClock.after(ms, callback)),
}
