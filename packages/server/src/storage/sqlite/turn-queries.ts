import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextLoopTurn } from 'node:timers/promises'
import type { TurnFilter, TurnQueries } from '../../domain/queries.ts'
import type { BotRecord } from '../../domain/records.ts'
import { entryIsVisible, ownerExists } from './deletion-conditions.ts'
import { kindCode } from './schema.ts'

const kinds = { message: kindCode('message_created'), event: kindCode('event_created') }

/** The number of entries that one read searches. Long stretches of a log may contain no turns. */
const maxSearchedEntries = 20_000

/** Reads the positions of a bot's turns, without payloads, which may be large. */
export function createTurnQueries(database: DatabaseSync): TurnQueries {
  const sql = prepareStatements(database)
  return {
    pendingTurns: async (bot, filter, { after, upTo }) => {
      const rows = sql.pendingTurns.all(...turnValues(bot, filter), bot.rowId, after, upTo)
      return rows.map((row) => ({
        conversationRowId: Number(row['conversation_row_id']),
        sequence: Number(row['sequence']),
      }))
    },
    nextTurn: async (bot, filter, { conversationRowId, seq }) => {
      for (let after = seq; ; await nextLoopTurn()) {
        const row = sql.nextTurn.get(...turnValues(bot, filter), conversationRowId, after)
        if (row) {
          const [turnSeq, sequence, bytes] = [row['seq'], row['sequence'], row['bytes']].map(Number)
          return { conversationRowId, seq: turnSeq ?? 0, sequence: sequence ?? 0, bytes: bytes ?? 0 }
        }
        const nextSeq = sql.nextSeq.get(conversationRowId, after)?.['seq']
        if (typeof nextSeq !== 'number') return undefined
        after = nextSeq - 1
      }
    },
    lastTurnWithOutput: async (conversationRowId) =>
      Number(sql.lastTurnWithOutput.get(conversationRowId)?.['turn_seq'] ?? 0),
    messagesBeforeTurn: async (bot, { conversationRowId, seq }, limit) => {
      const search = createHistorySearch(limit)
      const lastBefore = (end: number): number =>
        Number(sql.lastBefore.get(conversationRowId, end)?.['seq'] ?? 0)
      for (let last = lastBefore(Number.MAX_SAFE_INTEGER); last > 0; await nextLoopTurn()) {
        const start = last - maxSearchedEntries
        const rows = sql.messagesBeforeTurn.iterate(conversationRowId, seq, bot.userRowId, start, last)
        for (const row of rows) {
          search.add({ seq: Number(row['seq']), turn: Number(row['turn_seq'] ?? row['seq']) })
          if (search.isComplete()) return search.result()
        }
        last = lastBefore(start + 1)
      }
      return search.result()
    },
    turnOutputs: async (conversationRowId, seq) =>
      sql.turnOutputs.all(conversationRowId, seq).map((row) => Number(row['seq'])),
    watermark: async (bot) => {
      const watermark = sql.watermark.get(bot.rowId)?.['watermark']
      return watermark === null || watermark === undefined ? undefined : Number(watermark)
    },
  }
}

/** SQL condition: an entry `e` of a conversation `c` is a turn of a bot. Its parameters are `turnValues`. */
const isTurn = `e.user_row_id <> ?1 AND e.kind IN (?2, ?3, ?4)
  AND e.sequence > ?5 AND (e.sequence > ?6 OR e.created_at >= ?7)
  AND ${ownerExists('c')} AND ${entryIsVisible('e')}`

function turnValues(bot: BotRecord, { kinds: turnKinds, after, backlog }: TurnFilter): number[] {
  const codes = [0, 1, 2].map((index) => {
    const kind = turnKinds[index]
    return kind === undefined ? -1 : kindCode(kind)
  })
  return [bot.userRowId, ...codes, after, backlog.upTo, backlog.since]
}

function prepareStatements(database: DatabaseSync) {
  return {
    // CROSS JOIN makes SQLite scan only this range of the log.
    pendingTurns: database.prepare(
      `SELECT e.conversation_row_id, e.sequence
        FROM entries e CROSS JOIN conversations c ON c.row_id = e.conversation_row_id
        WHERE c.bot_row_id = ?8 AND e.sequence > ?9 AND e.sequence <= ?10 AND e.seq > c.finished_seq AND ${isTurn}
        ORDER BY e.sequence`,
    ),
    // A row starts with the lengths of its texts, so octet_length() does not read the texts.
    nextTurn: database.prepare(
      `SELECT e.seq, e.sequence, octet_length(e.payload) + coalesce(octet_length(e.metadata), 0) AS bytes
        FROM conversations c CROSS JOIN entries e ON e.conversation_row_id = c.row_id
        WHERE c.row_id = ?8 AND e.seq > max(c.finished_seq, ?9) AND e.seq <= ?9 + ${maxSearchedEntries} AND ${isTurn}
        ORDER BY e.seq LIMIT 1`,
    ),
    nextSeq: database.prepare(
      `SELECT min(seq) AS seq FROM entries WHERE conversation_row_id = ?1 AND seq > ?2 + ${maxSearchedEntries}`,
    ),
    lastTurnWithOutput: database.prepare(
      'SELECT max(turn_seq) AS turn_seq FROM entries WHERE conversation_row_id = ? AND turn_seq IS NOT NULL',
    ),
    messagesBeforeTurn: database.prepare(
      `SELECT seq, turn_seq FROM entries WHERE conversation_row_id = ?1 AND (seq <= ?2 OR user_row_id = ?3)
        AND seq > ?4 AND seq <= ?5 AND kind = ${kinds.message} AND ${entryIsVisible('entries')}
        ORDER BY seq DESC`,
    ),
    lastBefore: database.prepare(
      'SELECT max(seq) AS seq FROM entries WHERE conversation_row_id = ? AND seq < ?',
    ),
    turnOutputs: database.prepare(
      `SELECT seq FROM entries WHERE conversation_row_id = ? AND turn_seq = ?
        AND kind IN (${kinds.message}, ${kinds.event}) ORDER BY seq`,
    ),
    watermark: database.prepare('SELECT watermark FROM bots WHERE row_id = ?'),
  }
}

interface HistoryPosition {
  readonly seq: number
  /** The `seq` of the message that this one answers; its own if it answers none. */
  readonly turn: number
}

/**
 * Selects the newest messages in the order of turns, in which an answer follows its message. They are added in the
 * order of `seq`, newest first, in which an answer may follow messages that arrived before it was stored.
 */
function createHistorySearch(limit: number) {
  const found: HistoryPosition[] = []
  /** Answers whose message is not added yet. Their turns fall, as turns run one after another. */
  const answers: HistoryPosition[] = []
  let count = 0
  return {
    add: (position: HistoryPosition): void => {
      found.push(position)
      if (position.turn === position.seq) count++
      else answers.push(position)
      while (answers[0] && answers[0].turn >= position.seq) {
        answers.shift()
        count++
      }
    },
    /** Whether further messages are older than `limit` of those that were added. */
    isComplete: (): boolean => count >= limit,
    result: (): HistoryPosition[] =>
      found.toSorted((a, b) => b.turn - a.turn || b.seq - a.seq).slice(0, limit),
  }
}
