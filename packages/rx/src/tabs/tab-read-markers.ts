import { NEVER, Observable, switchMap } from 'rxjs'
import type { ReadMarker } from './tab-coordinator.ts'
import { openChannel, type TabEnvironment } from './tab-environment.ts'

/** Sends the read markers of this tab to the other tabs, and emits theirs. */
export function shareTabReadMarkers(
  environment: TabEnvironment,
  name: string,
  own$: Observable<ReadMarker>,
): Observable<ReadMarker> {
  const shared$ = new Observable<ReadMarker>((subscriber) => {
    const channel = openChannel<ReadMarker>(environment, name, (marker) => subscriber.next(marker))
    const subscription = own$.subscribe(channel.post)
    return () => {
      subscription.unsubscribe()
      channel.close()
    }
  })
  return environment.pageActive$.pipe(switchMap((isActive) => (isActive ? shared$ : NEVER)))
}
