import { useParticipants as useBaseParticipants, type ParticipantsResult } from '../hooks/use-participants.ts'
import { suspendUntilReady } from './suspend-until-ready.ts'
import { useConnected } from './use-connected.ts'

/**
 * Like `useParticipants` of `@parley/react`, but suspends until the participants are loaded.
 *
 * @throws ChatError if the error is permanent. Catch it with an error boundary.
 */
export function useParticipants(id?: string): ParticipantsResult {
  const { participants, actions } = useConnected().view.conversation(id)
  suspendUntilReady(participants, {
    isReady: ({ isLoading, error }) => !isLoading && !error,
    getError: ({ error }) => error,
    reconnectNow: actions.reconnectNow,
  })
  const result = useBaseParticipants(id)
  if (result.error) throw result.error
  return result
}
