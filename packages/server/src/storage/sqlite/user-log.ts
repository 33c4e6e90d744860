import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { itemSequence, type UserLog, type UserLogItem } from '../../domain/user-log.ts'
import type { BotIds } from './bot-ids.ts'
import { maxReplayBytes, takeRows } from './bounded-rows.ts'
import { toEntryCount, countAfterQuery } from './count-after.ts'
import { conversationExists, entryIsVisible } from './deletions-table.ts'
import { entryBytes, entryColumns, toEntry, entryTables, type EntryRow } from './entry-rows.ts'
import { maxTombstonesPerUser, systemUserRowId, tombstonesTableName } from './membership-tombstones.ts'
import { createSnapshot } from './snapshot.ts'

/**
 * Reads the log of all conversations of a user.
 *
 * For a small gap it scans the newest entries of all users. For a larger one, each conversation costs one index lookup
 * at the end of its log, plus one per new entry. A single index serves both: it contains the `sequence` of each entry,
 * the primary key of its row.
 */
export function createUserLog(database: DatabaseSync, botIds: BotIds): UserLog {
  const sql = prepareStatements(database)

  const inSnapshot = createSnapshot(database)
  const latest = (): number => Number(sql.latest.get()?.['sequence'])
  const isSmallGap = (sequence: number): boolean => latest() - sequence <= maxScannedEntries

  /** Reads entries one at a time, as a sorted query would load all of them, and each may be large. */
  function* entriesAfter(userRowId: number, sequence: number, limit: number): Generator<EntryRow> {
    const statement = isSmallGap(sequence) ? sql.recentSequences : sql.sequences
    for (const [entrySequence] of statement.all(userRowId, sequence, limit) as unknown as [number][]) {
      const row = sql.entry.get(entrySequence) as unknown as EntryRow | undefined
      if (row) yield row
    }
  }

  return {
    latestUserSequence: async (userRowId) =>
      inSnapshot(() => (sql.user.get(userRowId) ? latest() : undefined)),
    conversationRowIds: async (userRowId) => {
      const rows = sql.conversationRowIds.all(userRowId) as unknown as [number][]
      return rows.map(([rowId]) => rowId)
    },

    readUserLog: async (userRowId, sequence, limit) =>
      inSnapshot(() => {
        if (!sql.user.get(userRowId)) return undefined
        const rows = entriesAfter(userRowId, sequence, limit)
        const entries = takeRows(rows, { limit, maxBytes: maxReplayBytes }, entryBytes)
        const tombstones = sql.tombstones.all(userRowId, sequence, limit)
        const items: UserLogItem[] = [
          ...entries.items.map((row) => ({ type: 'entry' as const, entry: toEntry(row, botIds) })),
          ...tombstones.map((row) => ({
            type: 'membership_ended' as const,
            sequence: Number(row['sequence']),
            conversationRowId: Number(row['conversation_key']),
            conversationId: String(row['conversation_id']),
          })),
        ]
        const last = entries.hasMore ? entries.items.at(-1)?.[5] : undefined
        const visible = last === undefined ? items : items.filter((item) => itemSequence(item) <= last)
        visible.sort((a, b) => itemSequence(a) - itemSequence(b))
        return { items: visible.slice(0, limit), sequence: latest() }
      }),

    countUserLogAfter: async (userRowId, sequence, limit) =>
      inSnapshot(() => {
        const statement = isSmallGap(sequence) ? sql.countRecent : sql.count
        const entries = toEntryCount(statement.get(userRowId, sequence, limit), limit)
        const tombstones = sql.countTombstones.get(userRowId, sequence)
        const endedCount = Number(tombstones?.['count'])
        const times = [entries.count > 0 && entries.oldestAt, tombstones?.['oldest_at']]
        return {
          count: endedCount >= maxTombstonesPerUser ? Infinity : entries.count + endedCount,
          oldestAt: Math.min(...times.filter((time) => typeof time === 'number')),
        }
      }),
  }
}

/** Selects the newest `sequence` of all entries and deletions. */
export const latestSequenceQuery: string = `SELECT max(coalesce((SELECT max(sequence) FROM entries), 0),
  coalesce((SELECT max(sequence) FROM ${tombstonesTableName} WHERE user_key = ${systemUserRowId}), 0)) AS sequence`

/** Scanning this many entries is faster than looking up 300 conversations. */
const maxScannedEntries = 1_000

/** The entries after ?2 in the conversations of user ?1. CROSS JOIN forces a scan of the log. */
const recentEntries = `FROM entries e
  CROSS JOIN participants p ON p.conversation_key = e.conversation_key AND p.user_key = ?1
  WHERE e.sequence > ?2 AND p.has_left = 0 AND e.number >= p.joined
    AND ${conversationExists('e.conversation_key')} AND ${entryIsVisible('e')}`

/** The conversations of user ?1 with entries after ?2, and the number of the first entry that the user may see. */
const changedConversations = `WITH changed AS MATERIALIZED (
  SELECT p.conversation_key AS key, max(p.joined, 1 + coalesce(
      (SELECT seen.number FROM entries seen WHERE seen.conversation_key = p.conversation_key AND seen.sequence <= ?2
        ORDER BY seen.number DESC LIMIT 1), 0)) AS first
    FROM participants p
    WHERE p.user_key = ?1 AND p.has_left = 0 AND ${conversationExists('p.conversation_key')} AND ?2 <
      (SELECT newest.sequence FROM entries newest WHERE newest.conversation_key = p.conversation_key
        ORDER BY newest.number DESC LIMIT 1))`

/**
 * The tombstones of user ?1 after ?2: stored ones, and those that pending deletions of conversations have not stored
 * yet. For a conversation whose owner was deleted, the tombstone follows later, with its own `sequence`.
 */
const tombstonesAfter = `SELECT sequence, conversation_key, conversation_id, at FROM ${tombstonesTableName}
    WHERE user_key = ?1 AND sequence > ?2
  UNION ALL SELECT d.sequence, d.key, d.id, d.at FROM deletions d CROSS JOIN participants p
    ON p.conversation_key = d.key AND p.user_key = ?1 AND p.has_left = 0 WHERE d.sequence > ?2`

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const prepareArrays = (text: string): StatementSync => {
    const statement = prepare(text)
    statement.setReturnArrays(true)
    return statement
  }
  return {
    user: prepare('SELECT 1 FROM users WHERE key = ?'),
    // Includes conversations of deleted owners: their only remaining signal is that the membership ended.
    conversationRowIds: prepareArrays(
      `SELECT conversation_key FROM participants WHERE user_key = ? AND has_left = 0
        AND conversation_key NOT IN (SELECT key FROM deletions)`,
    ),
    latest: prepare(latestSequenceQuery),
    // CROSS JOIN keeps SQLite from reading the whole log.
    sequences: prepareArrays(
      `${changedConversations} SELECT e.sequence FROM changed CROSS JOIN entries e
        WHERE e.conversation_key = changed.key AND e.number >= changed.first AND ${entryIsVisible('e')}
        ORDER BY e.sequence LIMIT ?3`,
    ),
    recentSequences: prepareArrays(`SELECT e.sequence ${recentEntries} ORDER BY e.sequence LIMIT ?3`),
    entry: prepareArrays(`SELECT ${entryColumns} FROM ${entryTables} WHERE e.sequence = ?`),
    tombstones: prepare(`${tombstonesAfter} ORDER BY sequence LIMIT ?3`),
    count: prepare(
      `${changedConversations} ${countAfterQuery(
        `SELECT e.kind, e.user_key, e.created_at FROM changed CROSS JOIN entries e
          WHERE e.conversation_key = changed.key AND e.number >= changed.first`,
      )}`,
    ),
    countRecent: prepare(countAfterQuery(`SELECT e.kind, e.user_key, e.created_at ${recentEntries}`)),
    countTombstones: prepare(`SELECT count(*) AS count, min(at) AS oldest_at FROM (${tombstonesAfter})`),
  }
}
