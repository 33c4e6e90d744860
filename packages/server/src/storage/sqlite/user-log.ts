import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { itemSequence, type UserLog, type UserLogItem } from '../../domain/queries.ts'
import { maxReplayBytes, takeRows, toEntryCount, countAfterQuery, createSnapshot } from './bounded-read.ts'
import { conversationExists, entryIsVisible } from './deletion-conditions.ts'
import { maxTombstonesPerUser, systemUserRowId } from './deletion-rows.ts'
import {
  type BotIds,
  entryBytes,
  entryColumns,
  toEntry,
  entryTables,
  type EntryRow,
  prepareArrays,
} from './rows.ts'

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
            conversationRowId: Number(row['conversation_row_id']),
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
  coalesce((SELECT max(sequence) FROM membership_tombstones WHERE user_row_id = ${systemUserRowId}), 0)) AS sequence`

/** Scanning this many entries is faster than looking up 300 conversations. */
const maxScannedEntries = 1_000

/** The entries after ?2 in the conversations of user ?1. CROSS JOIN forces a scan of the log. */
const recentEntries = `FROM entries e
  CROSS JOIN participants p ON p.conversation_row_id = e.conversation_row_id AND p.user_row_id = ?1
  WHERE e.sequence > ?2 AND p.has_left = 0 AND e.seq >= p.joined_seq
    AND ${conversationExists('e.conversation_row_id')} AND ${entryIsVisible('e')}`

/** The conversations of user ?1 with entries after ?2, and the number of the first entry that the user may see. */
const changedConversations = `WITH changed AS MATERIALIZED (
  SELECT p.conversation_row_id, max(p.joined_seq, 1 + coalesce(
      (SELECT seen.seq FROM entries seen WHERE seen.conversation_row_id = p.conversation_row_id AND seen.sequence <= ?2
        ORDER BY seen.seq DESC LIMIT 1), 0)) AS first_seq
    FROM participants p
    WHERE p.user_row_id = ?1 AND p.has_left = 0 AND ${conversationExists('p.conversation_row_id')} AND ?2 <
      (SELECT newest.sequence FROM entries newest WHERE newest.conversation_row_id = p.conversation_row_id
        ORDER BY newest.seq DESC LIMIT 1))`

/**
 * The tombstones of user ?1 after ?2: stored ones, and those that pending deletions of conversations have not stored
 * yet. For a conversation whose owner was deleted, the tombstone follows later, with its own `sequence`.
 */
const tombstonesAfter = `SELECT sequence, conversation_row_id, conversation_id, ended_at FROM membership_tombstones
    WHERE user_row_id = ?1 AND sequence > ?2
  UNION ALL SELECT d.sequence, d.row_id, d.id, d.deleted_at FROM deletions d CROSS JOIN participants p
    ON p.conversation_row_id = d.row_id AND p.user_row_id = ?1 AND p.has_left = 0 WHERE d.sequence > ?2`

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const arrays = (text: string): StatementSync => prepareArrays(database, text)
  return {
    user: prepare('SELECT 1 FROM users WHERE row_id = ?'),
    // Includes conversations of deleted owners: their only remaining signal is that the membership ended.
    conversationRowIds: arrays(
      `SELECT conversation_row_id FROM participants WHERE user_row_id = ? AND has_left = 0
        AND conversation_row_id NOT IN (SELECT row_id FROM deletions)`,
    ),
    latest: prepare(latestSequenceQuery),
    // CROSS JOIN keeps SQLite from reading the whole log.
    sequences: arrays(
      `${changedConversations} SELECT e.sequence FROM changed CROSS JOIN entries e
        WHERE e.conversation_row_id = changed.conversation_row_id AND e.seq >= changed.first_seq
          AND ${entryIsVisible('e')} ORDER BY e.sequence LIMIT ?3`,
    ),
    recentSequences: arrays(`SELECT e.sequence ${recentEntries} ORDER BY e.sequence LIMIT ?3`),
    entry: arrays(`SELECT ${entryColumns} FROM ${entryTables} WHERE e.sequence = ?`),
    tombstones: prepare(`${tombstonesAfter} ORDER BY sequence LIMIT ?3`),
    count: prepare(
      `${changedConversations} ${countAfterQuery(
        `SELECT e.kind, e.user_row_id, e.created_at FROM changed CROSS JOIN entries e
          WHERE e.conversation_row_id = changed.conversation_row_id AND e.seq >= changed.first_seq`,
      )}`,
    ),
    countRecent: prepare(countAfterQuery(`SELECT e.kind, e.user_row_id, e.created_at ${recentEntries}`)),
    countTombstones: prepare(
      `SELECT count(*) AS count, min(ended_at) AS oldest_at FROM (${tombstonesAfter})`,
    ),
  }
}
