import { ignoreElements, type Observable, share } from 'rxjs'

/** Shares one run of `work$` among all subscribers. It stops when `stopDelay$` emits after the last unsubscription. */
export function runWhileSubscribed(
  work$: Observable<unknown>,
  stopDelay$: Observable<unknown>,
): Observable<never> {
  return work$.pipe(ignoreElements(), share({ resetOnRefCountZero: () => stopDelay$ }))
}
