import type { DatabaseSync } from 'node:sqlite'
import type { ConversationRecord } from '../../domain/records.ts'

/** Only the newest tombstones of each user are kept. A client that missed more must start over. */
export const maxTombstonesPerUser = 1_000

/** Marks the row that stores the newest deletion. No user has this row id. */
export const systemUserRowId = 0

interface LogMoment {
  readonly sequence: number
  readonly at: number
}

/** Stores tombstones in the transaction that ends the memberships. */
export interface MembershipTombstones {
  /** The `sequence` of the newest deletion. */
  latestDeletion(): number
  add(userRowId: number, conversation: Pick<ConversationRecord, 'rowId' | 'id'>, moment: LogMoment): void
  /** Stores the `sequence` of a deletion, so that it is never reused. */
  addDeletion(moment: LogMoment): void
  /** Removes all tombstones of a user: at most `maxTombstonesPerUser` rows. */
  removeAll(userRowId: number): void
}

export function createMembershipTombstones(database: DatabaseSync): MembershipTombstones {
  const latest = database.prepare(
    `SELECT max(sequence) AS sequence FROM membership_tombstones WHERE user_row_id = ?`,
  )
  const insert = database.prepare(`INSERT INTO membership_tombstones VALUES (?, ?, ?, ?, ?)`)
  // Inserts nothing for a deleted user, who receives no signals.
  const insertForUser = database.prepare(
    `INSERT INTO membership_tombstones SELECT row_id, ?2, ?3, ?4, ?5 FROM users WHERE row_id = ?1`,
  )
  const trim = database.prepare(
    `DELETE FROM membership_tombstones WHERE user_row_id = ?1 AND sequence <=
      (SELECT sequence FROM membership_tombstones WHERE user_row_id = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`,
  )
  const removeAll = database.prepare(`DELETE FROM membership_tombstones WHERE user_row_id = ?`)

  return {
    latestDeletion: () => Number(latest.get(systemUserRowId)?.['sequence'] ?? 0),
    add: (userRowId, { rowId, id }, { sequence, at }) => {
      const { changes } = insertForUser.run(userRowId, sequence, rowId, id, at)
      if (changes > 0) trim.run(userRowId, maxTombstonesPerUser)
    },
    addDeletion: ({ sequence, at }) => {
      removeAll.run(systemUserRowId)
      insert.run(systemUserRowId, sequence, 0, '', at)
    },
    removeAll: (userRowId) => {
      removeAll.run(userRowId)
    },
  }
}
