import {
  catchError,
  defer,
  EMPTY,
  exhaustMap,
  type Observable,
  type ObservableInput,
  repeat,
  tap,
} from 'rxjs'
import { retryUntilSuccess, type RetryPolicy } from './retry-policy.ts'

export interface RunOnTriggerOptions<Value> {
  trigger$: Observable<unknown>
  work: (signal: AbortSignal) => ObservableInput<Value>
  /** The observable that follows a permanent error. Default: the observable fails. */
  onFailure?: (cause: unknown) => Observable<Value>
}

/**
 * Runs `work` on each trigger, one run at a time, with retries. Triggers during a run never abort it: its result is
 * emitted, and one more run follows for all of them. With `switchMap`, frequent triggers would prevent the work from
 * ever finishing.
 */
export function runOnTrigger<Value>(
  policy: RetryPolicy,
  { trigger$, work, onFailure = rethrow }: RunOnTriggerOptions<Value>,
): Observable<Value> {
  return defer(() => {
    let isTriggered = false
    function attempt(signal: AbortSignal): ObservableInput<Value> {
      isTriggered = false
      return work(signal)
    }
    return trigger$.pipe(
      tap(() => (isTriggered = true)),
      exhaustMap(() =>
        retryUntilSuccess(policy, attempt).pipe(
          catchError(onFailure),
          repeat({ delay: () => (isTriggered ? [true] : EMPTY) }),
        ),
      ),
    )
  })
}

function rethrow(cause: unknown): never {
  throw cause
}
