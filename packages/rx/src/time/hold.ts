import type { Clock } from '@parley/core'
import { Observable, share, type Subscription } from 'rxjs'
import { after } from './waiting.ts'

/** Something that runs as long as anybody subscribes, and for a moment after: who leaves and comes back finds it running. */
export function hold(
  start: () => Subscription,
  { clock, graceMs }: { clock: Clock; graceMs: number },
): Observable<never> {
  return new Observable<never>(() => start()).pipe(
    share({ resetOnRefCountZero: () => after(clock, graceMs) }),
  )
}
