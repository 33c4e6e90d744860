/**
 * One user's chat for a whole program: connecting, open conversations, the current conversation, drafts, and messages
 * that are queued until the user is connected. `@parley/react` is a view of it.
 *
 * ```ts
 * import { createChat } from '@parley/core'
 * import { createConnector } from '@parley/rx/session'
 *
 * const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
 * const { session, state$ } = createConnector(chat)
 * state$.subscribe(({ state }) => console.log(state)) // connects while subscribed
 * const conversation = session.conversation() // the current one
 * conversation.messages$.subscribe((messages) => console.log(messages.map(({ status }) => status)))
 * await conversation.send({ type: 'text', text: 'Hello' }) // queued until the user is connected
 * ```
 *
 * - `createConnector`: connects a user, retries network failures, and provides the session
 * - `sessionOf`: the session of a connected user; `createEmptySession`: of no user
 * - types: the session's conversations, drafts and inbox
 */
export { createConnector, type Connector, type ConnectorOptions, type ConnectState } from './connector.ts'
export type { Draft, DraftState } from './draft.ts'
export {
  createEmptySession,
  sessionOf,
  type Session,
  type SessionOptions,
  type SharedOptions,
} from './session.ts'
export type { ConversationHandle, SessionConversation } from './session-conversation.ts'
export type { SessionInbox } from './session-inbox.ts'
