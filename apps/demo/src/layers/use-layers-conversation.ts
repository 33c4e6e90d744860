import type { ConnectedUser } from '@parley/core'
import { useEffect, useState } from 'react'
import { reasonOf } from '../ui/reason-of.ts'

export interface LayersConversation {
  id: string | undefined
  /** Why there is none. */
  problem: string | undefined
  retry: () => void
}

/** The conversation that the three chats share: the user's own, the same each time. */
export function useLayersConversation(me: ConnectedUser | undefined): LayersConversation {
  const [found, setFound] = useState<{ of: ConnectedUser; id?: string; problem?: string }>()
  const [attempt, setAttempt] = useState(1)

  useEffect(() => {
    if (!me) return
    const stop = new AbortController()
    me.getOrCreateConversation({ id: idFor(me) }, { signal: stop.signal }).then(
      ({ conversation }) => setFound({ of: me, id: conversation.id }),
      (error: unknown) => {
        if (!stop.signal.aborted) setFound({ of: me, problem: reasonOf(error) })
      },
    )
    return () => stop.abort()
  }, [me, attempt])

  const current = found?.of === me ? found : undefined
  return { id: current?.id, problem: current?.problem, retry: () => setAttempt(attempt + 1) }
}

/** An id may have 70 characters. */
function idFor({ user }: ConnectedUser): string {
  return `layers-${user.id.slice(-63)}`
}
