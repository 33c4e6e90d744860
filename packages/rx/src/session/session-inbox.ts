import type { ConnectedUser, Conversation } from '@parley/core'
import { NEVER, of, switchMap } from 'rxjs'
import type { Inbox } from '../inbox/inbox.ts'
import type { Identity } from './identity.ts'

/** The user's conversations, and actions on them. Opens once the user is connected; until then, actions wait. */
export interface SessionInbox extends Inbox {
  /**
   * Creates a conversation. The user is its owner and a participant.
   *
   * @throws ChatError
   */
  create: () => Promise<Conversation>
  /**
   * Deletes a conversation and its messages for all participants. This cannot be undone.
   *
   * @throws ChatError
   */
  remove: (id: string) => Promise<void>
  /**
   * Leaves a conversation: the user is no longer a participant.
   *
   * @throws ChatError
   */
  leave: (id: string) => Promise<void>
}

export function createSessionInbox(
  { user$, retryNow$, whenConnectedOrFailed }: Identity,
  open: (user: ConnectedUser) => Inbox,
): SessionInbox {
  let opened: Inbox | undefined
  let visibleIds: readonly string[] = []

  function getInbox(): Inbox | undefined {
    if (opened || !user$.value) return opened
    opened = open(user$.value)
    opened.setVisible(visibleIds)
    return opened
  }

  function reconnectNow(): void {
    retryNow$.next()
    getInbox()?.reconnectNow()
  }

  /** Polls at once afterwards, as a server without a user stream does not report the change. */
  async function run<Result>(action: (me: ConnectedUser) => Promise<Result>): Promise<Result> {
    return action(await whenConnectedOrFailed()).finally(reconnectNow)
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
    reconnectNow,
    create: () => run(async (me) => (await me.createConversation()).conversation),
    remove: (id) => run(async (me) => void (await me.deleteConversation({ id }))),
    leave: (id) =>
      run(async (me) => void (await me.removeParticipant({ conversationId: id, userId: me.user.id }))),
  }
}
