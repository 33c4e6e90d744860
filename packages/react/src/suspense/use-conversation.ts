import type { ConversationResult } from '../hooks/use-conversation.ts'
import { useConversation as useBaseConversation } from '../hooks/use-conversation.ts'
import { suspendUntilReady } from './suspend-until-ready.ts'
import { useConnected } from './use-connected.ts'

/**
 * Like `useConversation` of `@parley/react`, but suspends until messages are loaded or known not to exist.
 *
 * @throws ChatError if the error is permanent: `ResourceNotFound`, `Forbidden`, `Unauthorized`. Catch it with an error
 * boundary.
 */
export function useConversation(id?: string): ConversationResult {
  const store = useConnected().view.conversation(id)
  suspendUntilReady(store.state, {
    isReady: ({ isLoading, error }) => !isLoading && !error,
    getError: ({ error }) => error,
    reconnectNow: store.actions.reconnectNow,
  })
  const result = useBaseConversation(id)
  if (result.error) throw result.error
  return result
}
