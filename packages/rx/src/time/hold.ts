import { ignoreElements, type Observable, share } from 'rxjs'

/** Work that runs as long as anybody subscribes, and until `grace$` emits after: who leaves and comes back finds it running. */
export function hold(work$: Observable<unknown>, grace$: Observable<unknown>): Observable<never> {
  return work$.pipe(ignoreElements(), share({ resetOnRefCountZero: () => grace$ }))
}
