/**
 * Conversations of the Chat API as RxJS observables that never lose, repeat or reorder a message.
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
 * - `openConversation`: one conversation: its messages, events, participants, and what is sent
 * - `openInbox`: the user's conversations, with what is new in them
 * - types: what it takes, and what its observables bring
 */
export type { ConversationOptions, ChatStorage } from './conversation/conversation-options.ts'
export type {
  ConversationConnection,
  LiveConversation,
  HistoryState,
} from './conversation/live-conversation.ts'
export { openConversation } from './conversation/open-conversation.ts'
export type { Inbox, InboxConversation, InboxOptions } from './inbox/inbox.ts'
export { openInbox } from './inbox/open-inbox.ts'
export type { Tabs } from './tabs/tabs.ts'
export type { ChatMessage, StoredMessage, PendingMessage, StreamingMessage } from './timeline/chat-message.ts'
