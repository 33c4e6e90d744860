import type { ConnectedUser } from '@parley/core'
import { useEffect, useState } from 'react'
import { getErrorReason } from '../ui/get-error-reason.ts'

export interface LayersConversation {
  id: string | undefined
  /** Why the conversation could not be opened. */
  problem: string | undefined
  retry: () => void
}

/** Gets or creates the user's conversation that the three chats share. */
export function useLayersConversation(me: ConnectedUser | undefined): LayersConversation {
  const [result, setResult] = useState<{ user: ConnectedUser; id?: string; problem?: string }>()
  const [attempt, setAttempt] = useState(1)

  useEffect(() => {
    if (!me) return
    const controller = new AbortController()
    me.getOrCreateConversation({ id: getConversationId(me) }, { signal: controller.signal }).then(
      ({ conversation }) => setResult({ user: me, id: conversation.id }),
      (error: unknown) => {
        if (!controller.signal.aborted) setResult({ user: me, problem: getErrorReason(error) })
      },
    )
    return () => controller.abort()
  }, [me, attempt])

  const current = result?.user === me ? result : undefined
  return { id: current?.id, problem: current?.problem, retry: () => setAttempt(attempt + 1) }
}

/** Ids are limited to 70 characters. */
function getConversationId({ user }: ConnectedUser): string {
  return `layers-${user.id.slice(-63)}`
}
