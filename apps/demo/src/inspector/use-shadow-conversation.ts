import type { ConnectedUser } from '@parley/core'
import { openConversation, type LiveConversation } from '@parley/rx'
import { useEffect, useMemo } from 'react'
import type { WireLog } from '../wire/wire-log.ts'
import { recordConversation } from './record-conversation.ts'

/**
 * Opens the conversation a second time with `@parley/rx`, independently of the chat, and records it in the log. Both
 * share the user's stream, so both are affected by network faults.
 */
export function useShadowConversation(
  log: WireLog,
  me: ConnectedUser | undefined,
  conversationId: string | undefined,
): LiveConversation | undefined {
  const shadowConversation = useMemo(
    () => (me && conversationId !== undefined ? openConversation(me, conversationId) : undefined),
    [me, conversationId],
  )
  useEffect(() => {
    if (!shadowConversation) return
    const recording = recordConversation(log, shadowConversation)
    return () => recording.unsubscribe()
  }, [log, shadowConversation])
  return shadowConversation
}
