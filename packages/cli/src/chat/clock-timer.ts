import type { Clock } from '@parley/core'
import { Observable } from 'rxjs'

/** Emits once after `ms` milliseconds, then completes. Like `timer` of rxjs, but with a clock of core. */
export function clockTimer(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) =>
    clock.after(ms, () => {
      subscriber.next()
      subscriber.complete()
    }),
  )
}
