import { NEVER, Observable, switchMap } from 'rxjs'
import { openChannel, type TabEnvironment } from './tab-environment.ts'
import type { ReadMark } from './tabs.ts'

/** Sends the read marks of this tab to the other tabs, and emits theirs. */
export function shareTabReadMarks(
  environment: TabEnvironment,
  name: string,
  own$: Observable<ReadMark>,
): Observable<ReadMark> {
  const shared$ = new Observable<ReadMark>((subscriber) => {
    const channel = openChannel<ReadMark>(environment, name, (mark) => subscriber.next(mark))
    const subscription = own$.subscribe(channel.post)
    return () => {
      subscription.unsubscribe()
      channel.close()
    }
  })
  return environment.pageActive$.pipe(switchMap((isActive) => (isActive ? shared$ : NEVER)))
}
