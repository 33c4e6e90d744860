'use client'

/**
 * Hooks that suspend until data is loaded, and throw permanent errors for an error boundary.
 *
 * Put the `<Suspense>` below the `<ChatProvider>`: above it, suspending would prevent the provider from connecting.
 *
 * ```tsx
 * import { useConversation } from '@parley/react/suspense'
 *
 * function Thread({ id }: { id: string }) {
 *   const { messages } = useConversation(id) // loaded: empty only if there are no messages
 *   return messages.map(({ key, payload }) => <p key={key}>{payload.type === 'text' && payload.text}</p>)
 * }
 * ```
 *
 * - `useConversation`, `useParticipants`, `useConversations`, `useUser`: like the hooks of `@parley/react`
 */
export { useConversation } from './use-conversation.ts'
export { useConversations } from './use-conversations.ts'
export { useParticipants } from './use-participants.ts'
export { useUser } from './use-user.ts'
