'use client'

/**
 * Hooks that suspend until there is something to show, and throw what no retry can mend to an error boundary. Their `<Suspense>`
 * stands below the `<ChatProvider>`: above it, it would keep the provider from connecting.
 *
 * ```tsx
 * import { useConversation } from '@parley/react/suspense'
 *
 * function Thread({ id }: { id: string }) {
 *   const { messages } = useConversation(id) // never empty because it is not known yet
 *   return messages.map(({ key, payload }) => <p key={key}>{payload.type === 'text' && payload.text}</p>)
 * }
 * ```
 *
 * - `useConversation`, `useConversations`, `useUser`: as those of `@parley/react`
 */
export { useConversation } from './use-conversation.ts'
export { useConversations } from './use-conversations.ts'
export { useUser } from './use-user.ts'
