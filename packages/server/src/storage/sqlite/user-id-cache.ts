import type { DatabaseSync } from 'node:sqlite'

/** Caches the public ids of users. Row ids are never reused, so entries stay valid. */
export interface UserIdCache {
  /** Empty if the user was deleted. */
  userId(userRowId: number): string
}

const maxCached = 10_000

export function createUserIdCache(database: DatabaseSync): UserIdCache {
  const selectId = database.prepare('SELECT id FROM users WHERE row_id = ?')
  const userIds = new Map<number, string>()
  return {
    userId: (userRowId) => {
      const cached = userIds.get(userRowId)
      if (cached !== undefined) return cached
      const id = String(selectId.get(userRowId)?.['id'] ?? '')
      if (userIds.size >= maxCached) userIds.clear()
      userIds.set(userRowId, id)
      return id
    },
  }
}
