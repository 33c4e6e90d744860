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
  const find = database.prepare(`SELECT fingerprint, resource_ref FROM idempotency_records
      WHERE user_row_id = ? AND idempotency_key = ? AND created_at > ?`)
  const insert = database.prepare('INSERT OR REPLACE INTO idempotency_records VALUES (?, ?, ?, ?, ?)')
  const removeExpired = database.prepare(
    `DELETE FROM idempotency_records WHERE (user_row_id, idempotency_key) IN
      (SELECT user_row_id, idempotency_key FROM idempotency_records
        WHERE created_at <= ? ORDER BY created_at LIMIT ${expiredPerSave})`,
  )
  return {
    find: (userRowId, key, now) => {
      const row = find.get(userRowId, key, now - retentionMs)
      return row && { fingerprint: String(row['fingerprint']), resourceRef: String(row['resource_ref']) }
    },
    save: (record, now) => {
      removeExpired.run(now - retentionMs)
      insert.run(...record, now)
    },
  }
}
