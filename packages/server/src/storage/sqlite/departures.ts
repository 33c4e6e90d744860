import type { DatabaseSync } from 'node:sqlite'
import type { ConversationRecord } from '../../domain/records.ts'

/**
 * Who takes part in which conversation no longer, and since when: what a user's stream has to say of a conversation that may be
 * deleted with its log.
 *
 * User 0 is nobody. Their row stands for the newest deletion: INV-12, no place in the order of acceptance is given twice, also when
 * everything that had a newer one was deleted.
 */
export const departuresTable: string = `
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
export const departuresKept = 1_000

export const nobody = 0

interface Moment {
  readonly sequence: number
  readonly at: number
}

/** Remembers departures in the transaction that causes them. */
export interface Departures {
  /** The place of the newest deletion. */
  newest(): number
  add(userKey: number, conversation: Pick<ConversationRecord, 'key' | 'id'>, moment: Moment): void
  /** Of everybody, as the conversation is deleted. To be called before its participants are. */
  addAll(conversation: Pick<ConversationRecord, 'key' | 'id'>, moment: Moment): void
  forget(userKey: number): void
}

export function createDepartures(database: DatabaseSync): Departures {
  const newest = database.prepare('SELECT max(sequence) AS sequence FROM departures WHERE user_key = ?')
  const insert = database.prepare('INSERT INTO departures VALUES (?, ?, ?, ?, ?)')
  const trim = database.prepare(
    `DELETE FROM departures WHERE user_key = ?1 AND sequence <=
      (SELECT sequence FROM departures WHERE user_key = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`,
  )
  const forget = database.prepare('DELETE FROM departures WHERE user_key = ?')
  const participants = database.prepare(
    'SELECT user_key FROM participants WHERE conversation_key = ? AND has_left = 0',
  )

  const departures: Departures = {
    newest: () => Number(newest.get(nobody)?.['sequence'] ?? 0),
    add: (userKey, { key, id }, { sequence, at }) => {
      insert.run(userKey, sequence, key, id, at)
      trim.run(userKey, departuresKept)
    },
    addAll: (conversation, moment) => {
      for (const row of participants.all(conversation.key))
        departures.add(Number(row['user_key']), conversation, moment)
      forget.run(nobody)
      insert.run(nobody, moment.sequence, 0, '', moment.at)
    },
    forget: (userKey) => {
      forget.run(userKey)
    },
  }
  return departures
}
