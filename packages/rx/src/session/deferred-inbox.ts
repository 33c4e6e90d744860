import type { ConnectedUser } from '@parley/core'
import { NEVER, of, switchMap } from 'rxjs'
import type { Inbox } from '../inbox/inbox.ts'
import type { State } from '../time/state.ts'

/** An inbox that opens once its user is connected. */
export function createDeferredInbox(
  user$: State<ConnectedUser | undefined>,
  open: (user: ConnectedUser) => Inbox,
): Inbox {
  let opened: Inbox | undefined
  let visibleIds: readonly string[] = []

  function getInbox(): Inbox | undefined {
    if (opened || !user$.value) return opened
    opened = open(user$.value)
    opened.setVisible(visibleIds)
    return opened
  }

  return {
    conversations$: user$.value$.pipe(switchMap(() => getInbox()?.conversations$ ?? NEVER)),
    loadState$: user$.value$.pipe(switchMap(() => getInbox()?.loadState$ ?? of({ isLoading: true }))),
    connection$: user$.value$.pipe(switchMap(() => getInbox()?.connection$ ?? NEVER)),
    setVisible(ids) {
      visibleIds = ids
      getInbox()?.setVisible(ids)
    },
    markRead: (id) => getInbox()?.markRead(id),
    reconnectNow: () => getInbox()?.reconnectNow(),
  }
}
