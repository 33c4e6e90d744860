import type { InboxConversation } from '@parley/rx'
import {
  useConversations as usePlainConversations,
  type ConversationsResult,
} from '../hooks/use-conversations.ts'
import { suspendUntilReady } from './suspend-until-ready.ts'
import { useConnected } from './use-connected.ts'

/**
 * As `useConversations` of `@parley/react`, and it suspends until they are known.
 *
 * @throws ChatError that no retry can mend, to the error boundary above.
 */
export function useConversations(
  options: { visible?: readonly string[] | undefined } = {},
): ConversationsResult & { readonly conversations: readonly InboxConversation[] } {
  const { inbox } = useConnected().session
  suspendUntilReady(inbox, inbox.state, {
    isReady: ({ conversations }) => conversations !== undefined,
    errorOf: ({ error }) => error,
  })
  const result = usePlainConversations(options)
  if (result.error) throw result.error
  return result as ConversationsResult & { readonly conversations: readonly InboxConversation[] }
}
