import type { Clock } from '@parley/core'
import { TestScheduler } from 'rxjs/testing'
import { expect } from 'vitest'

type RunHelpers = Parameters<Parameters<TestScheduler['run']>[0]>[0]

/** Runs a marble test in virtual time. `clock` follows that time. */
export function runMarbles(test: (helpers: RunHelpers & { clock: Clock }) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
  const clock: Clock = {
    now: () => scheduler.now(),
    after(ms, callback) {
      const action = scheduler.schedule(() => callback(), ms)
      return () => action.unsubscribe()
    },
  }
  scheduler.run((helpers) => test({ ...helpers, clock }))
}
