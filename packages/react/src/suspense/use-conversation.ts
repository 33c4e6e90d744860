import type { ConversationResult } from '../hooks/use-conversation.ts'
import { useConversation as usePlainConversation } from '../hooks/use-conversation.ts'
import { suspendUntilReady } from './suspend-until-ready.ts'
import { useConnected } from './use-connected.ts'

/**
 * As `useConversation` of `@parley/react`, and it suspends until there are messages, or it is known that there are none.
 *
 * @throws ChatError that no retry can mend, to the error boundary above: `ResourceNotFound`, `Forbidden`, `Unauthorized`.
 */
export function useConversation(id?: string): ConversationResult {
  const shared = useConnected().session.conversation(id)
  // One that was forgotten is another when it is looked at again; the current one goes on to another without a wait.
  const subject = (id !== undefined && shared.place.now()) || shared
  suspendUntilReady(subject, shared.state, {
    isReady: ({ messages, connection }) => connection.isSynced || messages.length > 0,
    errorOf,
    reconnectNow: shared.actions.reconnectNow,
  })
  const result = usePlainConversation(id)
  const error = errorOf(result)
  if (error) throw error
  return result
}

const errorOf = ({ connection, error }: Pick<ConversationResult, 'connection' | 'error'>) =>
  connection.state === 'closed' ? error : undefined
