import { NEVER, Observable, switchMap } from 'rxjs'
import { openChannel, type TabEnvironment } from './tab-environment.ts'
import type { ReadMark } from './tabs.ts'

/** Tells other tabs what is read in this one, and emits what is read in them. */
export function shareTabMarks(
  ports: TabEnvironment,
  name: string,
  own$: Observable<ReadMark>,
): Observable<ReadMark> {
  const shared$ = new Observable<ReadMark>((subscriber) => {
    const channel = openChannel<ReadMark>(ports, name, (mark) => subscriber.next(mark))
    const telling = own$.subscribe(channel.tell)
    return () => {
      telling.unsubscribe()
      channel.close()
    }
  })
  return ports.awake$.pipe(switchMap((isAwake) => (isAwake ? shared$ : NEVER)))
}
