import { useChat, useParticipants, useUser } from '@parley/react'
import { useMemo } from 'react'
import type { ParticipantCache } from '../conversations/participant-cache.ts'
import { useBot } from '../layout/server-info-context.ts'
import { createPeople, type People } from './people.ts'

/** Returns the people of a conversation, and keeps them up to date. Undefined until the user is known. */
export function usePeople(conversationId: string, participantCache: ParticipantCache): People | undefined {
  const connected = useChat().user?.user
  const { user } = useUser()
  const bot = useBot()
  const participants = useParticipants(conversationId)
  const me = user ?? connected
  return useMemo(
    () => me && createPeople(me, { bot, participants }, participantCache.findPerson),
    [me, bot, participants, participantCache],
  )
}
