import type { ChatError, ConnectedUser, Conversation } from '@parley/core'
import { combineLatest, map, startWith } from 'rxjs'
import type { ConversationConnection } from '../conversation/live-conversation.ts'
import type { Inbox, InboxConversation } from '../inbox/inbox.ts'
import type { Frame } from './frame.ts'
import { createStore, isOver, type Store } from './store.ts'

/** What there is to see of the user's conversations. */
export interface InboxState {
  /** Those with the newest activity first; undefined until they are known. An object stays the same while nothing in it changes. */
  conversations: readonly InboxConversation[] | undefined
  /** How the list is connected; `isSynced` while it follows what happens. */
  connection: ConversationConnection
  /** What no retry can mend. */
  error: ChatError | undefined
}

/** What can be done with the user's conversations. These functions stay the same. */
export interface InboxActions {
  /**
   * Makes a conversation, which the user owns and takes part in.
   *
   * @throws ChatError
   */
  create: () => Promise<Conversation>
  /**
   * Deletes a conversation and all that is in it, for all who take part. It cannot be undone.
   *
   * @throws ChatError
   */
  remove: (id: string) => Promise<void>
  /**
   * Takes part in a conversation no longer.
   *
   * @throws ChatError
   */
  leave: (id: string) => Promise<void>
  /** Marks all that is known of a conversation as read on this device. */
  markRead: (id: string) => void
  /** Tries at once what is waited for, or asks anew. */
  reconnectNow: () => void
}

/** The inbox as all components of a view share it. */
export interface InboxStore {
  readonly state: Store<InboxState>
  readonly actions: InboxActions
  /** Says which conversations somebody sees; the inbox keeps up what anybody sees. */
  show: (viewer: object, ids: readonly string[]) => void
}

export function createSharedInbox(me: () => ConnectedUser, inbox: Inbox, frame: Frame): InboxStore {
  const { conversations$, connection$, reconnectNow } = inbox
  const inView = new Map<object, readonly string[]>()
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
      { frame$: frame.next$, isOver },
    ),
    actions: {
      // Where no stream tells of it, it is asked for.
      create: async () => (await me().createConversation().finally(reconnectNow)).conversation,
      async remove(id) {
        await me().deleteConversation({ id }).finally(reconnectNow)
      },
      async leave(id) {
        const { user, removeParticipant } = me()
        await removeParticipant({ conversationId: id, userId: user.id }).finally(reconnectNow)
      },
      markRead(id) {
        inbox.markRead(id)
        // The next message may come before the next frame: nobody would see that there was nothing unread in between.
        frame.flush()
      },
      reconnectNow,
    },
    show(viewer, ids) {
      if (ids.length > 0) inView.set(viewer, ids)
      else inView.delete(viewer)
      inbox.show([...new Set([...inView.values()].flat())])
    },
  }
}
