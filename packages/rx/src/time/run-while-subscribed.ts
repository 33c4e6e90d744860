import { ignoreElements, type Observable, share } from 'rxjs'

/** Shares one run of `work$` among all subscribers. After the last one unsubscribes, it runs until `stopDelay$` emits. */
export function runWhileSubscribed(
  work$: Observable<unknown>,
  stopDelay$: Observable<unknown>,
): Observable<never> {
  return work$.pipe(ignoreElements(), share({ resetOnRefCountZero: () => stopDelay$ }))
}
