import type { DatabaseSync } from 'node:sqlite'
import type { MadeRecord } from '../../domain/transaction.ts'

/** INV-11: what repeatable requests made, for a day. */
export interface MadeRequests {
  find(userKey: number, key: string, now: number): MadeRecord | undefined
  keep(made: [userKey: number, key: string, body: string, ref: string], now: number): void
}

const keptForMs = 24 * 60 * 60 * 1000
/** More than one, so that what is kept gets less once less comes. */
const forgottenWithEach = 3

export function createMadeRequests(database: DatabaseSync): MadeRequests {
  const find = database.prepare('SELECT body, ref FROM made WHERE user_key = ? AND key = ? AND at > ?')
  const keep = database.prepare('INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)')
  const forget = database.prepare(
    `DELETE FROM made WHERE (user_key, key) IN
      (SELECT user_key, key FROM made WHERE at <= ? ORDER BY at LIMIT ${forgottenWithEach})`,
  )
  return {
    find: (userKey, key, now) => {
      const row = find.get(userKey, key, now - keptForMs)
      return row && { body: String(row['body']), ref: String(row['ref']) }
    },
    keep: (made, now) => {
      forget.run(now - keptForMs)
      keep.run(...made, now)
    },
  }
}
