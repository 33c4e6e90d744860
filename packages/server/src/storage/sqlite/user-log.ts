import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { sequenceOf, type UserLog, type UserLogItem } from '../../domain/user-log.ts'
import type { BotIds } from './bot-ids.ts'
import { departuresKept, nobody } from './departures.ts'
import { entryColumns, entryOf, entryTables, type EntryRow } from './entry-rows.ts'

/**
 * Reads the log of all conversations of a user.
 *
 * A conversation in which nothing happened costs one look at the end of its log; one with news, a look at each of those. All of
 * it is in one index, which holds the sequence of an entry as the key of its row.
 */
export function createUserLog(database: DatabaseSync, botIds: BotIds): UserLog {
  const sql = prepareStatements(database)

  const inSnapshot = <T>(read: () => T): T => {
    sql.begin.run()
    try {
      return read()
    } finally {
      sql.commit.run()
    }
  }
  const newest = (): number => Number(sql.newest.get()?.['sequence'])

  return {
    userStanding: async (userKey) =>
      inSnapshot(() => {
        if (!sql.user.get(userKey)) return undefined
        const rows = sql.conversationKeys.all(userKey) as unknown as [number][]
        return { sequence: newest(), conversationKeys: rows.map(([key]) => key) }
      }),

    userLogAfter: async (userKey, sequence, limit) =>
      inSnapshot(() => {
        if (!sql.user.get(userKey)) return undefined
        const entries = sql.entries.all(userKey, sequence, limit) as unknown as EntryRow[]
        const departures = sql.departures.all(userKey, sequence, limit)
        const items: UserLogItem[] = [
          ...entries.map((row) => ({ type: 'entry' as const, entry: entryOf(row, botIds) })),
          ...departures.map((row) => ({
            type: 'departure' as const,
            sequence: Number(row['sequence']),
            conversationKey: Number(row['conversation_key']),
            conversationId: String(row['conversation_id']),
          })),
        ]
        items.sort((one, other) => sequenceOf(one) - sequenceOf(other))
        return { items: items.slice(0, limit), sequence: newest() }
      }),

    missedByUser: async (userKey, sequence, limit) =>
      inSnapshot(() => {
        const entries = sql.missed.get(userKey, sequence, limit)
        const departures = sql.missedDepartures.get(userKey, sequence)
        const gone = Number(departures?.['count'])
        const times = [entries, departures].flatMap((row) => row?.['oldest_at'] ?? [])
        return {
          count: gone >= departuresKept ? Infinity : Number(entries?.['count']) + gone,
          oldestAt: Math.min(...times.map(Number)),
        }
      }),
  }
}

/** The conversations of user ?1 with something newer than ?2, and the number of the first entry that they are to be shown. */
const news = `WITH news AS MATERIALIZED (
  SELECT p.conversation_key AS key, max(p.joined, 1 + coalesce(
      (SELECT seen.number FROM entries seen WHERE seen.conversation_key = p.conversation_key AND seen.sequence <= ?2
        ORDER BY seen.number DESC LIMIT 1), 0)) AS first
    FROM participants p
    WHERE p.user_key = ?1 AND p.has_left = 0 AND ?2 <
      (SELECT newest.sequence FROM entries newest WHERE newest.conversation_key = p.conversation_key
        ORDER BY newest.number DESC LIMIT 1))`

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const prepareArrays = (text: string): StatementSync => {
    const statement = prepare(text)
    statement.setReturnArrays(true)
    return statement
  }
  return {
    begin: prepare('BEGIN'),
    commit: prepare('COMMIT'),
    user: prepare('SELECT 1 FROM users WHERE key = ?'),
    conversationKeys: prepareArrays(
      'SELECT conversation_key FROM participants WHERE user_key = ? AND has_left = 0',
    ),
    newest: prepare(
      `SELECT max(coalesce((SELECT max(sequence) FROM entries), 0),
        coalesce((SELECT max(sequence) FROM departures WHERE user_key = ${nobody}), 0)) AS sequence`,
    ),
    // CROSS JOIN keeps SQLite from reading the whole log.
    entries: prepareArrays(
      `${news} SELECT ${entryColumns} FROM news CROSS JOIN ${entryTables}
        WHERE e.conversation_key = news.key AND e.number >= news.first ORDER BY e.sequence LIMIT ?3`,
    ),
    departures: prepare(
      'SELECT * FROM departures WHERE user_key = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    ),
    missed: prepare(
      `${news} SELECT count(*) AS count, min(created_at) AS oldest_at FROM
        (SELECT e.created_at FROM news CROSS JOIN entries e
          WHERE e.conversation_key = news.key AND e.number >= news.first LIMIT ?3)`,
    ),
    missedDepartures: prepare(
      'SELECT count(*) AS count, min(at) AS oldest_at FROM departures WHERE user_key = ? AND sequence > ?',
    ),
  }
}
