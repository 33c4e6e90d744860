/**
 * The state of a user's chat for views, independent of the view library: the connected user, conversations, drafts and
 * the current conversation. All components share them as stores (`get`, `subscribe`), which change at most once a
 * frame. `@parley/react` binds this module.
 *
 * ```ts
 * import { createChat } from '@parley/core'
 * import { createConnector } from '@parley/rx/session'
 *
 * const storage = 'local'
 * const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
 * const { session, subscribe } = createConnector(chat, () => ({ storage }), { storage })
 * subscribe(() => {}) // connects while subscribed
 * const { state, actions } = session.conversation(undefined)
 * state.subscribe(() => console.log(state.get().messages))
 * void actions.send('Hello') // queued until connected
 * ```
 *
 * - `createConnector`, `fromUser`: connect a user, retry network failures, and provide the session
 * - `sessionOf`, `createSession`: the session of a user
 * - `select`: a store of one property; `ignoreRejection`: prevents unhandled rejections
 */
export { fromUser, createConnector, type ConnectAs, type Connector, type ConnectState } from './connector.ts'
export type { ComposerDraft, DraftStore } from './draft-store.ts'
export { ignoreRejection } from './ignore-rejection.ts'
export { createSession, sessionOf, type Session, type SessionOptions, type SharedOptions } from './session.ts'
export type {
  ConversationActions,
  ConversationPeople,
  ConversationState,
  ConversationStore,
} from './conversation-store.ts'
export type { InboxActions, InboxState, InboxStore } from './inbox-store.ts'
export type { UserStore, UserState } from './user-store.ts'
export { select, type Store } from './store.ts'
