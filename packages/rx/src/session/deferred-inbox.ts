import type { ConnectedUser } from '@parley/core'
import { NEVER, switchMap } from 'rxjs'
import type { Inbox } from '../inbox/inbox.ts'
import type { State } from '../time/state.ts'

/** An inbox that opens once its user is connected. */
export function createDeferredInbox(
  user$: State<ConnectedUser | undefined>,
  open: (user: ConnectedUser) => Inbox,
): Inbox {
  let opened: Inbox | undefined
  let inView: readonly string[] = []

  function now(): Inbox | undefined {
    if (opened || !user$.value) return opened
    opened = open(user$.value)
    opened.show(inView)
    return opened
  }

  return {
    conversations$: user$.value$.pipe(switchMap(() => now()?.conversations$ ?? NEVER)),
    connection$: user$.value$.pipe(switchMap(() => now()?.connection$ ?? NEVER)),
    show(ids) {
      inView = ids
      now()?.show(ids)
    },
    markRead: (id) => now()?.markRead(id),
    reconnectNow: () => now()?.reconnectNow(),
  }
}
