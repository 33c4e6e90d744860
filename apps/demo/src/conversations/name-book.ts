import type { ConnectedUser, User } from '@parley/core'
import type { KnownPeople } from '../people/known-people.ts'
import type { Person } from '../people/person.ts'

/** Who takes part in conversations that are not open: asked for once, when somebody sees them in a list. */
export interface NameBook {
  /** Undefined until it is known. */
  of: (conversationId: string) => readonly User[] | undefined
  /** Asks, unless it was asked; again when somebody is missing who has to be there. */
  want: (conversationId: string, userId: string | undefined) => void
  /** What is known from elsewhere. */
  put: (conversationId: string, participants: readonly User[]) => void
  /** A person seen in any conversation, even if they have left. */
  find: (userId: string) => Person | undefined
  subscribe: (listener: () => void) => () => void
}

export function createNameBook(me: ConnectedUser, knownPeople: KnownPeople): NameBook {
  const known = new Map<string, readonly User[]>()
  const asked = new Set<string>()
  const inFlight = new Set<string>()
  const listeners = new Set<() => void>()

  function put(conversationId: string, participants: readonly User[]): void {
    if (known.get(conversationId) === participants) return
    known.set(conversationId, participants)
    knownPeople.remember(participants)
    for (const listener of listeners) listener()
  }

  async function ask(conversationId: string): Promise<void> {
    inFlight.add(conversationId)
    try {
      const users: User[] = []
      for await (const user of me.listParticipants.all({ conversationId })) users.push(user)
      put(conversationId, users)
    } finally {
      inFlight.delete(conversationId)
    }
  }

  return {
    of: (conversationId) => known.get(conversationId),
    want(conversationId, userId = '') {
      const isKnown = known.get(conversationId)?.some(({ id }) => id === userId) ?? false
      const question = `${conversationId} ${userId}`
      if (isKnown || asked.has(question) || (userId === '' && known.has(conversationId))) return
      if (inFlight.has(conversationId)) return
      asked.add(question)
      // The list shows it without a name.
      ask(conversationId).catch(() => asked.delete(question))
    },
    put,
    find: knownPeople.find,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
