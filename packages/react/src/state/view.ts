import type { Session } from '@parley/rx/session'
import { createConversationStore, type ConversationStore } from './conversation-store.ts'
import { createInboxStore, type InboxStore } from './inbox-store.ts'
import { createRenderScheduler, type RenderScheduler } from './render-scheduler.ts'
import { createUserStore, type UserStore } from './user-store.ts'

/** The stores of a session, which all components share. They display received changes at most once a frame. */
export interface View {
  readonly session: Session
  readonly scheduler: RenderScheduler
  readonly user: UserStore
  readonly inbox: InboxStore
  /** Without an id: the current conversation. */
  conversation: (id: string | undefined) => ConversationStore
}

const views = new WeakMap<Session, View>()

/** The view of a session. The same for all callers, as React may discard and repeat a render. */
export function viewOf(session: Session): View {
  const view = views.get(session) ?? createView(session)
  views.set(session, view)
  return view
}

function createView(session: Session): View {
  const scheduler = createRenderScheduler()
  const conversations = new Map<string | undefined, ConversationStore>()
  session.released$.subscribe((id) => {
    conversations.get(id)?.reset()
    const current = conversations.get(undefined)
    if (current?.state.get().id === id) current.reset()
  })
  return {
    session,
    scheduler,
    user: createUserStore(session),
    inbox: createInboxStore(session, scheduler),
    conversation(id) {
      const store = conversations.get(id) ?? createConversationStore(session, id, scheduler)
      conversations.set(id, store)
      return store
    },
  }
}
