import { ChatError, type ConnectedUser, type ConnectionStatus, type Conversation } from '@parley/core'
import { map, NEVER, switchMap } from 'rxjs'
import type { LoadState } from '../conversation/load-state.ts'
import { leftError } from '../conversation/open-conversation.ts'
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
  { user$, error$, retryNow$, whenConnectedOrFailed }: Identity,
  open: (user: ConnectedUser) => Inbox,
  close: (id: string, error: ChatError) => void,
): SessionInbox {
  let opened: Inbox | undefined
  let visibleIds: readonly string[] = []

  function getInbox(): Inbox | undefined {
    if (opened || !user$.value) return opened
    opened = open(user$.value)
    opened.setVisible(visibleIds)
    return opened
  }

  const loadStateBefore$ = error$.value$.pipe(
    map((error): LoadState => (error ? { isLoading: false, error } : { isLoading: true })),
  )
  const connectionBefore$ = error$.value$.pipe(
    map((cause): ConnectionStatus => (cause ? { state: 'closed', cause } : { state: 'connecting' })),
  )

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
    loadState$: user$.value$.pipe(switchMap(() => getInbox()?.loadState$ ?? loadStateBefore$)),
    connection$: user$.value$.pipe(switchMap(() => getInbox()?.connection$ ?? connectionBefore$)),
    setVisible(ids) {
      visibleIds = ids
      getInbox()?.setVisible(ids)
    },
    markRead: (id) => getInbox()?.markRead(id),
    reconnectNow,
    create: () => run(async (me) => (await me.createConversation()).conversation),
    remove: (id) =>
      run(async (me) => {
        await me.deleteConversation({ id })
        close(id, deletedError())
      }),
    leave: (id) =>
      run(async (me) => {
        await me.removeParticipant({ conversationId: id, userId: me.user.id })
        close(id, leftError())
      }),
  }
}

const deletedError = (): ChatError =>
  new ChatError(
    'ResourceNotFound',
    'Unable to read the conversation; you deleted it. Open or create another conversation.',
  )
