/**
 * A user's chat for views, whatever library draws them: who is connected, and the conversations, drafts and current conversation that
 * all components share, each as a store (`get`, `subscribe`) that changes at most once a frame. `@parley/react` binds it.
 *
 * ```ts
 * import { createChat } from '@parley/core'
 * import { startConnecting } from '@parley/rx/session'
 *
 * const storage = 'local'
 * const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
 * const { session, subscribe } = startConnecting(chat, () => ({ storage }), { storage })
 * subscribe(() => {}) // connects while subscribed
 * const { state, actions } = session.conversation(undefined)
 * state.subscribe(() => console.log(state.get().messages))
 * void actions.send('Hello') // queued until connected
 * ```
 *
 * - `startConnecting`, `givenUser`: authenticate, with retries of network errors, and hold the session of the user
 * - `sessionOf`, `createSession`: what the components of a view share of that user
 * - `part`: one property of a store; `quietly`: a promise whose failure shows elsewhere
 */
export { givenUser, startConnecting, type ConnectAs, type Connecting, type Progress } from './connecting.ts'
export type { Draft, SharedDraft } from './draft.ts'
export { quietly } from './quietly.ts'
export { createSession, sessionOf, type Session, type SessionOptions, type SharedOptions } from './session.ts'
export type {
  ConversationActions,
  ConversationPeople,
  ConversationState,
  SharedConversation,
} from './shared-conversation.ts'
export type { InboxActions, InboxState, SharedInbox } from './shared-inbox.ts'
export type { SharedUser, UserState } from './shared-user.ts'
export { part, type Store } from './store.ts'
