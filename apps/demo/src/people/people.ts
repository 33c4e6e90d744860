import type { User } from '@parley/core'
import { useChat, useParticipants, useUser } from '@parley/react'
import { useMemo } from 'react'
import { useBot } from '../page/server-info-context.ts'
import type { ParticipantCache } from './participant-cache.ts'
import type { Person } from './person.ts'

/** The people of one conversation. */
export interface People {
  readonly me: Person
  readonly bot: Person | undefined
  /** Participants, the owner first. Empty until they are loaded. */
  readonly participants: readonly User[]
  /** Everyone except the user. */
  readonly others: readonly Person[]
  /** Whether there are other participants, apart from the bot. */
  readonly isGroup: boolean
  /** Undefined until the participants are loaded. */
  readonly isOwner: boolean | undefined
  /** Returns the person with an id, including people who have left. The same person is the same object. */
  get: (userId: string) => Person
  /** Whether a person, or the bot, is currently in the conversation. */
  isPresent: (userId: string) => boolean
}

export function createPeople(
  me: Person,
  { bot, participants }: Pick<People, 'bot' | 'participants'>,
  /** Finds people who have left the conversation. */
  findPerson: (userId: string) => Person | undefined = () => undefined,
): People {
  const present = [me, ...(bot ? [bot] : []), ...participants]
  const byId = new Map<string, Person>(present.map((person) => [person.id, person]))
  const presentIds = new Set(byId.keys())
  const others: Person[] = participants.filter(({ id }) => id !== me.id)
  const owner = participants[0]
  return {
    me,
    bot,
    participants,
    others: bot ? [...others, bot] : others,
    isGroup: others.length > 0,
    isOwner: owner && owner.id === me.id,
    get(userId) {
      const person = byId.get(userId) ?? findPerson(userId) ?? { id: userId }
      byId.set(userId, person)
      return person
    },
    isPresent: (userId) => presentIds.has(userId),
  }
}

/** Returns the people of a conversation, and keeps them up to date. Undefined until the user is known. */
export function usePeople(conversationId: string, participantCache: ParticipantCache): People | undefined {
  const connected = useChat().user?.user
  const { user } = useUser()
  const bot = useBot()
  const { participants, isLoading } = useParticipants(conversationId)
  const known = (isLoading && participantCache.get(conversationId)) || participants
  const me = user ?? connected
  return useMemo(
    () => me && createPeople(me, { bot, participants: known }, participantCache.findPerson),
    [me, bot, known, participantCache],
  )
}
