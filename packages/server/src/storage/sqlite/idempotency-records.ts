import type { DatabaseSync } from 'node:sqlite'
import type { IdempotencyRecord } from '../../domain/transaction.ts'

/** INV-11: what repeatable requests made, for a day. */
export interface IdempotencyRecords {
  find(userRowId: number, key: string, now: number): IdempotencyRecord | undefined
  save(made: [userRowId: number, key: string, body: string, ref: string], now: number): void
}

const retentionMs = 24 * 60 * 60 * 1000
/** More than one, so that what is kept gets less once less comes. */
const expiredPerSave = 3

export function createIdempotencyRecords(database: DatabaseSync): IdempotencyRecords {
  const find = database.prepare('SELECT body, ref FROM made WHERE user_key = ? AND key = ? AND at > ?')
  const keep = database.prepare('INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)')
  const forget = database.prepare(
    `DELETE FROM made WHERE (user_key, key) IN
      (SELECT user_key, key FROM made WHERE at <= ? ORDER BY at LIMIT ${expiredPerSave})`,
  )
  return {
    find: (userRowId, key, now) => {
      const row = find.get(userRowId, key, now - retentionMs)
      return row && { fingerprint: String(row['body']), resourceRef: String(row['ref']) }
    },
    save: (made, now) => {
      forget.run(now - retentionMs)
      keep.run(...made, now)
    },
  }
}
