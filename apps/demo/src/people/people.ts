import type { User } from '@parley/core'
import type { Person } from './person.ts'

/** The people of one conversation. */
export interface People {
  readonly me: Person
  readonly bot: Person | undefined
  /** Who takes part, the owner first; none until it is known. */
  readonly participants: readonly User[] | undefined
  /** Whom the user talks to. */
  readonly others: readonly Person[]
  /** Whether more than two speak. */
  readonly isGroup: boolean
  /** Undefined until it is known. */
  readonly isOwner: boolean | undefined
  /** The person with an id, even if they have left. Returns the same object for the same person. */
  of: (userId: string) => Person
  /** Whether a person is in the conversation now. */
  isCurrent: (userId: string) => boolean
}

export function createPeople(
  me: Person,
  { bot, participants }: Pick<People, 'bot' | 'participants'>,
  /** Finds people who have left. */
  findFormer: (userId: string) => Person | undefined = () => undefined,
): People {
  const current = [me, ...(bot ? [bot] : []), ...(participants ?? [])]
  const known = new Map<string, Person>(current.map((person) => [person.id, person]))
  const currentIds = new Set(known.keys())
  const others: Person[] = (participants ?? []).filter(({ id }) => id !== me.id)
  const owner = participants?.[0]
  return {
    me,
    bot,
    participants,
    others: bot ? [...others, bot] : others,
    isGroup: others.length > 0,
    isOwner: owner && owner.id === me.id,
    of(userId) {
      const person = known.get(userId) ?? findFormer(userId) ?? { id: userId }
      known.set(userId, person)
      return person
    },
    isCurrent: (userId) => currentIds.has(userId),
  }
}
