import type { DatabaseSync } from 'node:sqlite'

/** Whom a key stands for, remembered: a key is never given to another. */
export interface Names {
  userId(userKey: number): string
}

const mostRemembered = 10_000

export function createNames(database: DatabaseSync): Names {
  const idOf = database.prepare('SELECT id FROM users WHERE key = ?')
  const userIds = new Map<number, string>()
  return {
    userId: (userKey) => {
      const known = userIds.get(userKey)
      if (known !== undefined) return known
      const id = String(idOf.get(userKey)?.['id'] ?? '')
      if (userIds.size >= mostRemembered) userIds.clear()
      userIds.set(userKey, id)
      return id
    },
  }
}
