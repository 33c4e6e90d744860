'use client'

/**
 * React hooks for the Chat API: live, ordered conversations with optimistic sending, offline queueing and reconnection.
 *
 * ```tsx
 * import { ChatProvider, useComposer, useConversation } from '@parley/react'
 *
 * function Chat() {
 *   const { messages } = useConversation()
 *   const { inputProps } = useComposer()
 *   const rows = messages.map(({ key, payload }) => <p key={key}>{payload.type === 'text' && payload.text}</p>)
 *   return <>{rows}<textarea aria-label="Message" {...inputProps} /></>
 * }
 * const app = <ChatProvider url="http://127.0.0.1:3000/demo" storage="local"><Chat /></ChatProvider>
 * ```
 *
 * - `ChatProvider`, `useChat`: the connected user and the connection state
 * - `useConversation`, and hooks for parts of it: `useMessages`, `useSend`, `useParticipants`, `useTyping`,
 *   `useConnection`, `useEvents`, `useSignals`
 * - `useComposer`: a text field with a draft
 * - `useConversations`, `useInboxConnection`, `useUser`: the user's conversations, and the user
 * - `Register`: declares the app's types of metadata and events for all hooks
 */
export { useChat } from './hooks/use-chat.ts'
export { useComposer, type ComposerOptions, type ComposerResult } from './hooks/use-composer.ts'
export { useConnection, useInboxConnection, type ConnectionResult } from './hooks/use-connection.ts'
export {
  useConversation,
  useMessages,
  useSend,
  useTyping,
  type ConversationResult,
} from './hooks/use-conversation.ts'
export { useConversations, type ConversationsResult } from './hooks/use-conversations.ts'
export { useEvents, type ChatEvent, type ChatEventOf, type ChatEventType } from './hooks/use-events.ts'
export { useParticipants, type ParticipantsResult } from './hooks/use-participants.ts'
export { useSignals } from './hooks/use-signals.ts'
export { useUser, type UserResult } from './hooks/use-user.ts'
export { ChatProvider, type ChatProviderProps } from './provider/chat-provider.tsx'
export type { Register, RegisteredSchemas } from './register.ts'
export type { ChatState } from './provider/chat-context.ts'
export type { SharedOptions as ChatProviderOptions } from '@parley/rx/session'
