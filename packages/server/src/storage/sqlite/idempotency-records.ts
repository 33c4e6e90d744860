import type { DatabaseSync } from 'node:sqlite'
import type { IdempotencyRecord } from '../../domain/transaction.ts'

/** INV-11: stores the results of idempotent requests for one day. */
export interface IdempotencyRecords {
  find(userRowId: number, key: string, now: number): IdempotencyRecord | undefined
  save(record: [userRowId: number, key: string, fingerprint: string, resourceRef: string], now: number): void
}

const retentionMs = 24 * 60 * 60 * 1000
/** Expired records to remove per new one: more than one, so that the table shrinks when the load falls. */
const expiredPerSave = 3

export function createIdempotencyRecords(database: DatabaseSync): IdempotencyRecords {
  const find = database.prepare('SELECT body, ref FROM made WHERE user_key = ? AND key = ? AND at > ?')
  const insert = database.prepare('INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)')
  const removeExpired = database.prepare(
    `DELETE FROM made WHERE (user_key, key) IN
      (SELECT user_key, key FROM made WHERE at <= ? ORDER BY at LIMIT ${expiredPerSave})`,
  )
  return {
    find: (userRowId, key, now) => {
      const row = find.get(userRowId, key, now - retentionMs)
      return row && { fingerprint: String(row['body']), resourceRef: String(row['ref']) }
    },
    save: (record, now) => {
      removeExpired.run(now - retentionMs)
      insert.run(...record, now)
    },
  }
}
