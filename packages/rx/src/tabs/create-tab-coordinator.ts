import { NEVER, Observable, switchMap } from 'rxjs'
import { openChannel } from './channel.ts'
import type { ReadMarker, TabCoordinator } from './tab-coordinator.ts'
import { getPageEnvironment, type TabEnvironment } from './tab-environment.ts'
import { joinTabOutbox } from './tab-outbox.ts'
import { createTabStream } from './tab-stream.ts'

/**
 * Shares a connection and the outboxes of all conversations among the tabs of one user on one server. Pages do this by
 * default; elsewhere, such as in workers, pass the result as the option `tabs`.
 *
 * If the server has a stream of all conversations, the leader tab holds it and forwards the signals. When the leader
 * closes, another tab resumes after the last signal. All tabs display the pending messages. One tab sends them, and
 * another takes over when that tab closes.
 *
 * @param environment - Replaces locks, channels and time of the page, for tests.
 * @throws DOMException if the page is not allowed to open channels, as in some cross-site frames.
 */
export function createTabCoordinator(environment: Partial<TabEnvironment> = {}): TabCoordinator {
  const all = { ...getPageEnvironment(), ...environment }
  // Throws now if channels are blocked, and not when the first message waits for one.
  all.openChannel('parley').close()
  return {
    shareStream: (me, { own, cursor }) =>
      createTabStream(all, { name: withVersion(`parley:stream:${me.url}:${me.user.id}`), me, own, cursor }),
    joinOutbox(me, outbox) {
      const { conversationId } = outbox.getTimeline()
      const lockName = `parley:outbox:${me.url}:${me.user.id}:${conversationId}`
      return joinTabOutbox(all, { lockName, channelName: withVersion(lockName), outbox })
    },
    shareReadMarkers: (name, own$) => shareTabReadMarkers(all, withVersion(name), own$),
  }
}

/**
 * The name of a channel, and of the lock of the stream, with the version of the messages: after a deployment, tabs with
 * other code are ignored, like those of another browser. The lock of an outbox has no version, because all tabs share
 * the stored messages: only one of them may send. A tab of the other version learns of sent messages from the server,
 * but does not learn of discarded ones.
 */
const withVersion = (name: string): string => `v1:${name}`

/** Sends the read markers of this tab to the other tabs, and emits theirs. */
function shareTabReadMarkers(
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
