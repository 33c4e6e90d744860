import type { StatementSync } from 'node:sqlite'
import { userOf } from './rows.ts'

/** Whom a key stands for, remembered: a key is never given to another. */
export interface Names {
  userId(userKey: number): string
}

const mostRemembered = 10_000

export function createNames(sql: { userByKey: StatementSync }): Names {
  const userIds = new Map<number, string>()
  return {
    userId: (userKey) => {
      const known = userIds.get(userKey)
      if (known !== undefined) return known
      const id = userOf(sql.userByKey.get(userKey))?.id ?? ''
      if (userIds.size >= mostRemembered) userIds.clear()
      userIds.set(userKey, id)
      return id
    },
  }
}
