import type { DatabaseSync } from 'node:sqlite'

/** Whom a key stands for, remembered: a key is never given to another. */
export interface UserIdCache {
  userId(userRowId: number): string
}

const maxCached = 10_000

export function createUserIdCache(database: DatabaseSync): UserIdCache {
  const idOf = database.prepare('SELECT id FROM users WHERE key = ?')
  const userIds = new Map<number, string>()
  return {
    userId: (userRowId) => {
      const known = userIds.get(userRowId)
      if (known !== undefined) return known
      const id = String(idOf.get(userRowId)?.['id'] ?? '')
      if (userIds.size >= maxCached) userIds.clear()
      userIds.set(userRowId, id)
      return id
    },
  }
}
