import type { ConnectedUser, User } from '@parley/core'
import type { PageStorage } from '../page/page-storage.ts'
import type { Person } from './person.ts'

/**
 * Caches the participants of conversations in the list. They are fetched once, when the row becomes visible.
 *
 * Not `useParticipants`, which keeps them up to date: on a server without a stream of all conversations, each row would
 * open a stream.
 */
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

/** People seen in conversations. Their messages keep a name after they have left. */
export interface KnownPeople {
  find: (userId: string) => Person | undefined
  add: (people: readonly Person[]) => void
}

const maxPeople = 500
const maxNameLength = 256
const maxUrlLength = 2_048

/** Stores the most recently seen people, per user. */
export function createKnownPeople(storage: PageStorage, userId: string): KnownPeople {
  const key = `parley-demo:people:${userId}`
  const people = parsePeople(storage.getItem(key))
  return {
    find: (id) => people.get(id),
    add(seen) {
      let isChanged = false
      for (const { id, name, pictureUrl } of seen) {
        const known = people.get(id)
        if (known && known.name === name && known.pictureUrl === pictureUrl) continue
        if ((name?.length ?? 0) > maxNameLength || (pictureUrl?.length ?? 0) > maxUrlLength) continue
        people.delete(id)
        people.set(id, {
          id,
          ...(name !== undefined && { name }),
          ...(pictureUrl !== undefined && { pictureUrl }),
        })
        isChanged = true
      }
      if (!isChanged) return
      for (const oldest of [...people.keys()].slice(0, Math.max(0, people.size - maxPeople)))
        people.delete(oldest)
      storage.setItem(key, JSON.stringify([...people.values()]))
    },
  }
}

/** Parses stored people. Invalid content is ignored. */
function parsePeople(text: string | null): Map<string, Person> {
  const people = new Map<string, Person>()
  for (const item of parseList(text)) {
    if (typeof item !== 'object' || item === null || !('id' in item) || typeof item.id !== 'string') continue
    const name = 'name' in item && typeof item.name === 'string' ? { name: item.name } : {}
    const pictureUrl =
      'pictureUrl' in item && typeof item.pictureUrl === 'string' ? { pictureUrl: item.pictureUrl } : {}
    people.set(item.id, { id: item.id, ...name, ...pictureUrl })
  }
  return people
}

function parseList(text: string | null): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
