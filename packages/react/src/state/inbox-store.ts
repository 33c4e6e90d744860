import type { ChatError } from '@parley/core'
import type { ConversationConnection, InboxConversation } from '@parley/rx'
import type { Session, SessionInbox } from '@parley/rx/session'
import { combineLatest, map, startWith } from 'rxjs'
import { withRegisteredTypes, type RegisteredSchemas } from '../register.ts'
import type { RenderScheduler } from './render-scheduler.ts'
import { createStore, isTerminal, type Store } from './store.ts'

export interface InboxState<Schemas = RegisteredSchemas> {
  /** Newest activity first; empty until loaded. An unchanged conversation remains the same object. */
  conversations: readonly InboxConversation<Schemas>[]
  /** Whether the conversations are being loaded for the first time. */
  isLoading: boolean
  /** A permanent error. */
  error: ChatError | undefined
}

/** The connection of the list. `isSynced`: it receives changes. */
export type InboxConnection = ConversationConnection

/** Actions on the user's conversations. The functions are stable. Before the user is connected, they wait. */
export type InboxActions = Pick<SessionInbox, 'create' | 'remove' | 'leave' | 'markRead' | 'reconnectNow'>

/** The inbox, shared by all components. */
export interface InboxStore {
  readonly state: Store<InboxState & { connection: InboxConnection }>
  readonly actions: InboxActions
  /** Sets the conversations that one viewer displays. The inbox keeps those of all viewers up to date. */
  setVisible: (viewer: object, ids: readonly string[]) => void
}

export function createInboxStore({ inbox }: Session, scheduler: RenderScheduler): InboxStore {
  const { conversations$, loadState$, connection$, create, remove, leave, markRead, reconnectNow } = inbox
  const visibleIds = new Map<object, readonly string[]>()
  const state$ = combineLatest([
    conversations$.pipe(startWith([])),
    loadState$,
    connection$.pipe(map((status) => ({ ...status, isSynced: status.state === 'online' }))),
  ]).pipe(
    map(([conversations, { isLoading, error }, connection]) => ({
      conversations: withRegisteredTypes<InboxState['conversations']>(conversations),
      isLoading,
      error,
      connection,
    })),
  )
  const initial = {
    conversations: [],
    isLoading: true,
    error: undefined,
    connection: { state: 'connecting', isSynced: false } as const,
  }
  return {
    state: createStore<InboxState & { connection: InboxConnection }>(state$, initial, {
      frame$: scheduler.next$,
      isTerminal,
    }),
    actions: {
      create,
      remove,
      leave,
      reconnectNow,
      markRead(id) {
        markRead(id)
        // Displays the zero count even if the next message arrives before the next frame.
        scheduler.flush()
      },
    },
    setVisible(viewer, ids) {
      if (ids.length > 0) visibleIds.set(viewer, ids)
      else visibleIds.delete(viewer)
      inbox.setVisible([...new Set([...visibleIds.values()].flat())])
    },
  }
}
