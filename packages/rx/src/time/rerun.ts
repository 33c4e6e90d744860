import { catchError, defer, EMPTY, exhaustMap, type Observable, repeat, tap } from 'rxjs'
import { persist, type Waiting } from './waiting.ts'

export interface Rerun<Value> {
  trigger$: Observable<unknown>
  work: (signal: AbortSignal) => Promise<Value>
  /** The observable that follows a permanent error. Default: the observable fails. */
  onFailure?: (cause: unknown) => Observable<Value>
}

/**
 * Runs `work` on each trigger, one run at a time, with retries. Triggers during a run never abort it: its result is
 * emitted, and one more run follows for all of them. With `switchMap`, frequent triggers would prevent the work from
 * ever finishing.
 */
export function rerun<Value>(
  waiting: Waiting,
  { trigger$, work, onFailure = rethrow }: Rerun<Value>,
): Observable<Value> {
  return defer(() => {
    let isDue = false
    function attempt(signal: AbortSignal): Promise<Value> {
      isDue = false
      return work(signal)
    }
    return trigger$.pipe(
      tap(() => (isDue = true)),
      exhaustMap(() =>
        persist(waiting, attempt).pipe(
          catchError(onFailure),
          repeat({ delay: () => (isDue ? [true] : EMPTY) }),
        ),
      ),
    )
  })
}

function rethrow(cause: unknown): never {
  throw cause
}
