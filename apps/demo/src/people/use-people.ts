import { useChat, useParticipants, useUser } from '@parley/react'
import { useMemo } from 'react'
import type { NameBook } from '../conversations/name-book.ts'
import { useBot } from './bot-context.ts'
import { createPeople, type People } from './people.ts'

/** The people of a conversation, kept up; undefined until the user is known. */
export function usePeople(conversationId: string, names: NameBook): People | undefined {
  const connected = useChat().user?.user
  const { user } = useUser()
  const bot = useBot()
  const participants = useParticipants(conversationId)
  const me = user ?? connected
  return useMemo(
    () => me && createPeople(me, { bot, participants }, names.find),
    [me, bot, participants, names],
  )
}
