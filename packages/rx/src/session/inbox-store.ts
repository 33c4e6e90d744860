import type { ChatError, ConnectedUser, Conversation } from '@parley/core'
import { combineLatest, map, startWith } from 'rxjs'
import type { ConversationConnection } from '../conversation/live-conversation.ts'
import type { Inbox, InboxConversation } from '../inbox/inbox.ts'
import type { RenderScheduler } from './render-scheduler.ts'
import { createStore, isTerminal, type Store } from './store.ts'

export interface InboxState {
  /** Newest activity first. Undefined until loaded. An unchanged conversation remains the same object. */
  conversations: readonly InboxConversation[] | undefined
  /** The connection of the list. `isSynced`: it receives changes. */
  connection: ConversationConnection
  /** A permanent error. */
  error: ChatError | undefined
}

/** Actions on the user's conversations. The functions are stable. */
export interface InboxActions {
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
  /** Marks all known messages of a conversation as read on this device. */
  markRead: (id: string) => void
  /** Skips the current backoff or polling delay. */
  reconnectNow: () => void
}

/** The inbox, shared by all components of a view. */
export interface InboxStore {
  readonly state: Store<InboxState>
  readonly actions: InboxActions
  /** Sets the conversations that one viewer displays. The inbox keeps those of all viewers up to date. */
  setVisible: (viewer: object, ids: readonly string[]) => void
}

export function createInboxStore(
  getUser: () => ConnectedUser,
  inbox: Inbox,
  scheduler: RenderScheduler,
): InboxStore {
  const { conversations$, connection$, reconnectNow } = inbox
  const visibleIds = new Map<object, readonly string[]>()
  return {
    state: createStore<InboxState>(
      combineLatest([
        conversations$.pipe(startWith(undefined)),
        connection$.pipe(map((status) => ({ ...status, isSynced: status.state === 'online' }))),
      ]).pipe(
        map(([conversations, connection]) => ({
          conversations,
          connection,
          error: connection.state === 'closed' ? connection.cause : undefined,
        })),
      ),
      { conversations: undefined, connection: { state: 'connecting', isSynced: false }, error: undefined },
      { frame$: scheduler.next$, isTerminal },
    ),
    actions: {
      // Polls at once, as a server without a user stream does not report the change.
      create: async () => (await getUser().createConversation().finally(reconnectNow)).conversation,
      async remove(id) {
        await getUser().deleteConversation({ id }).finally(reconnectNow)
      },
      async leave(id) {
        const { user, removeParticipant } = getUser()
        await removeParticipant({ conversationId: id, userId: user.id }).finally(reconnectNow)
      },
      markRead(id) {
        inbox.markRead(id)
        // Displays the zero count even if the next message arrives before the next frame.
        scheduler.flush()
      },
      reconnectNow,
    },
    setVisible(viewer, ids) {
      if (ids.length > 0) visibleIds.set(viewer, ids)
      else visibleIds.delete(viewer)
      inbox.setVisible([...new Set([...visibleIds.values()].flat())])
    },
  }
}
