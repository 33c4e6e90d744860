import type { ConnectedUser } from '@parley/core'
import { openConversation, type LiveConversation } from '@parley/rx'
import { useEffect, useMemo } from 'react'
import type { WireLog } from '../wire/wire-log.ts'
import { recordConversation } from './record-conversation.ts'

/**
 * The conversation in view, opened once more by `@parley/rx`: a witness of its own, which the chat knows nothing of. It shares the
 * user's stream, and goes through every trouble with it. What it hears is written down as long as it is here.
 */
export function useWitness(
  log: WireLog,
  me: ConnectedUser | undefined,
  conversationId: string | undefined,
): LiveConversation | undefined {
  const witness = useMemo(
    () => (me && conversationId !== undefined ? openConversation(me, conversationId) : undefined),
    [me, conversationId],
  )
  useEffect(() => {
    if (!witness) return
    const recording = recordConversation(log, witness)
    return () => recording.unsubscribe()
  }, [log, witness])
  return witness
}
