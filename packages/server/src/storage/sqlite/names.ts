import type { StatementSync } from 'node:sqlite'
import { required, userOf } from './rows.ts'

/** What a key stands for, remembered: a key is never given to another. */
export interface Names {
  userId(userKey: number): string
  botUserKey(botKey: number): number
}

const mostRemembered = 10_000

export function createNames(sql: { userByKey: StatementSync; botUserKey: StatementSync }): Names {
  const userIds = new Map<number, string>()
  const botUserKeys = new Map<number, number>()
  return {
    userId: (userKey) => {
      const known = userIds.get(userKey)
      if (known !== undefined) return known
      const id = userOf(sql.userByKey.get(userKey))?.id ?? ''
      if (userIds.size >= mostRemembered) userIds.clear()
      userIds.set(userKey, id)
      return id
    },
    botUserKey: (botKey) => {
      const known = botUserKeys.get(botKey) ?? Number(required(sql.botUserKey.get(botKey))['user_key'])
      botUserKeys.set(botKey, known)
      return known
    },
  }
}
