/**
 * A user's chat for views, whatever library draws them: who is connected, and the conversations, drafts and current conversation that
 * all components share, each as a store (`get`, `subscribe`) that changes at most once a frame. `@parley/react` binds it.
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
 * - `createConnector`, `fromUser`: authenticate, with retries of network errors, and hold the session of the user
 * - `sessionOf`, `createSession`: what the components of a view share of that user
 * - `select`: one property of a store; `ignoreRejection`: a promise whose failure shows elsewhere
 */
export { fromUser, createConnector, type ConnectAs, type Connector, type ConnectState } from './connector.ts'
export type { ComposerDraft, DraftStore } from './draft.ts'
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
