/**
 * Conversations of the Chat API as RxJS observables. Messages are never lost, repeated or reordered.
 *
 * ```ts
 * import { createChat } from '@parley/core'
 * import { openConversation } from '@parley/rx'
 *
 * const me = await createChat({ url: 'http://127.0.0.1:3000/demo' }).connect()
 * const conversation = openConversation(me, 'c1')
 * conversation.messages$.subscribe((messages) => console.log(messages))
 * await conversation.send({ type: 'text', text: 'Hello' })
 * ```
 *
 * - `openConversation`: the messages, events and participants of one conversation, and sending
 * - `openInbox`: the user's conversations with last messages and unread counts
 * - types: options, and the values of the observables
 */
export type { ConversationOptions, ChatStorage } from './conversation/conversation-options.ts'
export type {
  ConversationConnection,
  LiveConversation,
  HistoryState,
  ParticipantsState,
} from './conversation/live-conversation.ts'
export type { LoadState } from './conversation/load-state.ts'
export { openConversation } from './conversation/open-conversation.ts'
export type { Inbox, InboxConversation, InboxOptions } from './inbox/inbox.ts'
export { openInbox } from './inbox/open-inbox.ts'
export type { TabCoordinator } from './tabs/tab-coordinator.ts'
export type {
  ChatMessage,
  PendingMessage,
  Sender,
  StoredMessage,
  StreamingMessage,
} from './timeline/chat-message.ts'
