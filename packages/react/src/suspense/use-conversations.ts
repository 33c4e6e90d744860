import {
  useConversations as useBaseConversations,
  type ConversationsResult,
} from '../hooks/use-conversations.ts'
import { suspendUntilReady } from './suspend-until-ready.ts'
import { useConnected } from './use-connected.ts'

/**
 * Like `useConversations` of `@parley/react`, but suspends until the list is loaded.
 *
 * @throws ChatError if the error is permanent. Catch it with an error boundary.
 */
export function useConversations(
  options: { visible?: readonly string[] | undefined } = {},
): ConversationsResult {
  const { inbox } = useConnected().view
  suspendUntilReady(inbox.state, {
    isReady: ({ isLoading, error }) => !isLoading && !error,
    getError: ({ error }) => error,
  })
  const result = useBaseConversations(options)
  if (result.error) throw result.error
  return result
}
