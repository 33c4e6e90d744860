import type { PageStorage } from '../layout/page-storage.ts'
import type { Person } from './person.ts'

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
