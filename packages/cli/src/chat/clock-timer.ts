import type { Clock } from '@parley/core'
import { Observable } from 'rxjs'

/** Emits once that time has passed, and completes. */
export function clockTimer(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) =>
    clock.after(ms, () => {
      subscriber.next()
      subscriber.complete()
    }),
  )
}
