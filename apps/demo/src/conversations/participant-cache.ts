import type { ConnectedUser, User } from '@parley/core'
import type { KnownPeople } from '../people/known-people.ts'
import type { Person } from '../people/person.ts'

/** Caches the participants of conversations in the list. Each list is fetched once, when its row becomes visible. */
export interface ParticipantCache {
  /** Undefined until the participants are fetched. */
  get: (conversationId: string) => readonly User[] | undefined
  /** Fetches the participants unless cached, and again if the sender of the last message is not among them. */
  prefetch: (conversationId: string, senderId: string | undefined) => void
  /** Stores participants that were fetched elsewhere. */
  set: (conversationId: string, participants: readonly User[]) => void
  /** Finds a person from any conversation, including people who have left. */
  findPerson: (userId: string) => Person | undefined
  subscribe: (listener: () => void) => () => void
}

export function createParticipantCache(me: ConnectedUser, knownPeople: KnownPeople): ParticipantCache {
  const cached = new Map<string, readonly User[]>()
  const requested = new Set<string>()
  const inFlight = new Set<string>()
  const listeners = new Set<() => void>()

  function set(conversationId: string, participants: readonly User[]): void {
    if (cached.get(conversationId) === participants) return
    cached.set(conversationId, participants)
    knownPeople.add(participants)
    for (const listener of listeners) listener()
  }

  async function fetchParticipants(conversationId: string): Promise<void> {
    inFlight.add(conversationId)
    try {
      const users: User[] = []
      for await (const user of me.listParticipants.all({ conversationId })) users.push(user)
      set(conversationId, users)
    } finally {
      inFlight.delete(conversationId)
    }
  }

  return {
    get: (conversationId) => cached.get(conversationId),
    prefetch(conversationId, senderId = '') {
      const isCached = cached.get(conversationId)?.some(({ id }) => id === senderId) ?? false
      const requestKey = `${conversationId} ${senderId}`
      if (isCached || requested.has(requestKey) || (senderId === '' && cached.has(conversationId))) return
      if (inFlight.has(conversationId)) return
      requested.add(requestKey)
      // Without participants, the list shows a generic title.
      fetchParticipants(conversationId).catch(() => requested.delete(requestKey))
    },
    set,
    findPerson: knownPeople.find,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
