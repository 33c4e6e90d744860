import type { ConversationResult } from '../hooks/use-conversation.ts'
import { useConversation as usePlainConversation } from '../hooks/use-conversation.ts'
import { useConnected } from './use-connected.ts'
import { waitFor } from './wait-for.ts'

/**
 * As `useConversation` of `@parley/react`, and it suspends until there are messages, or it is known that there are none.
 *
 * @throws ChatError that no retry can mend, to the error boundary above: `ResourceNotFound`, `Forbidden`, `Unauthorized`.
 */
export function useConversation(id?: string): ConversationResult {
  const shared = useConnected().session.conversation(id)
  waitFor(shared, shared.state, ({ messages, connection, error }) => {
    const isOver = connection.state === 'closed' && error !== undefined
    return connection.isInSync || messages.length > 0 || isOver
  })
  const result = usePlainConversation(id)
  if (result.connection.state === 'closed' && result.error) throw result.error
  return result
}
