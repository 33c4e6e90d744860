import type { ChatError, ConnectionStatus } from '@parley/core'
import { distinctUntilChanged, map, type Observable, switchMap } from 'rxjs'

/** Loading, loaded (possibly without content) or failed. */
export interface LoadState {
  /** True until loaded for the first time, also while retrying. */
  readonly isLoading: boolean
  /** A permanent error. */
  readonly error?: ChatError
}

/** Derives the state of loading from whether something was loaded and from the connection that loads it. */
export function observeLoadState(
  isLoaded$: Observable<boolean>,
  connection$: Observable<ConnectionStatus>,
): Observable<LoadState> {
  function getLoadState(isLoaded: boolean, connection: ConnectionStatus): LoadState {
    const isClosed = connection.state === 'closed'
    const { cause } = isClosed ? connection : {}
    return { isLoading: !isLoaded && !isClosed, ...(cause && { error: cause }) }
  }
  return isLoaded$.pipe(
    switchMap((isLoaded) => connection$.pipe(map((connection) => getLoadState(isLoaded, connection)))),
    distinctUntilChanged((a, b) => a.isLoading === b.isLoading && a.error === b.error),
  )
}
