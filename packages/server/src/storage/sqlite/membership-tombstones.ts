import type { DatabaseSync } from 'node:sqlite'
import type { ConversationRecord } from '../../domain/records.ts'

/**
 * Who takes part in which conversation no longer, and since when: what a user's stream has to say of a conversation that may be
 * deleted with its log.
 *
 * User 0 is nobody. Their row stands for the newest deletion: INV-12, no place in the order of acceptance is given twice, also when
 * everything that had a newer one was deleted.
 */
export const membershipTombstonesTable: string = `
  CREATE TABLE departures (
    user_key INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    conversation_key INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user_key, sequence)
  ) WITHOUT ROWID;
`

/** The newest of each user. Who has missed as many is told to begin anew. */
export const maxTombstonesPerUser = 1_000

export const systemUserRowId = 0

interface LogMoment {
  readonly sequence: number
  readonly at: number
}

/** Remembers departures in the transaction that causes them. */
export interface MembershipTombstones {
  /** The place of the newest deletion. */
  latestDeletion(): number
  add(userRowId: number, conversation: Pick<ConversationRecord, 'rowId' | 'id'>, moment: LogMoment): void
  /** Stores the position of a deletion, so that it is never reused. */
  addDeletion(moment: LogMoment): void
  /** At most `departuresKept` rows. */
  removeAll(userRowId: number): void
}

export function createMembershipTombstones(database: DatabaseSync): MembershipTombstones {
  const newest = database.prepare('SELECT max(sequence) AS sequence FROM departures WHERE user_key = ?')
  const insert = database.prepare('INSERT INTO departures VALUES (?, ?, ?, ?, ?)')
  // A deleted user receives no signals.
  const insertForUser = database.prepare(
    'INSERT INTO departures SELECT key, ?2, ?3, ?4, ?5 FROM users WHERE key = ?1',
  )
  const trim = database.prepare(
    `DELETE FROM departures WHERE user_key = ?1 AND sequence <=
      (SELECT sequence FROM departures WHERE user_key = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`,
  )
  const forget = database.prepare('DELETE FROM departures WHERE user_key = ?')

  return {
    latestDeletion: () => Number(newest.get(systemUserRowId)?.['sequence'] ?? 0),
    add: (userRowId, { rowId: key, id }, { sequence, at }) => {
      const { changes } = insertForUser.run(userRowId, sequence, key, id, at)
      if (changes > 0) trim.run(userRowId, maxTombstonesPerUser)
    },
    addDeletion: ({ sequence, at }) => {
      forget.run(systemUserRowId)
      insert.run(systemUserRowId, sequence, 0, '', at)
    },
    removeAll: (userRowId) => {
      forget.run(userRowId)
    },
  }
}
