import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ConversationRecord } from '../../domain/records.ts'
import type { DeletionRows, PendingDeletion } from '../../domain/transaction.ts'
import { ownerExists } from './deletion-conditions.ts'
import {
  conversationColumns,
  conversationTables,
  toConversation,
  requireRow,
  type Row,
  prepareArrays,
} from './rows.ts'
import { entryKinds } from './schema.ts'

/** Maximum number of rows that one step reads, removes or searches. */
const maxRowsPerStep = 128

export interface SqliteDeletionRows extends DeletionRows {
  /** Adds a pending deletion. Call it when removing the row of the user or conversation. */
  add(deletion: Omit<PendingDeletion, 'searchedUpTo'>): void
}

export function createDeletionRows(
  database: DatabaseSync,
  tombstones: MembershipTombstones,
): SqliteDeletionRows {
  const sql = prepareStatements(database)

  return {
    add: ({ kind, rowId, botRowId, id, sequence, at }) => {
      tombstones.addDeletion({ sequence, at })
      sql.add.run(rowId, kind === 'user' ? 1 : 0, botRowId, id, sequence, at)
    },
    next: () => toDeletion(sql.next.get()),
    deletedUsersWithId: (botRowId, id) =>
      sql.deletedUsersWithId.all(botRowId, id).map((row) => requireRow(toDeletion(row))),

    removeConversationRows: (deletion, budget) => {
      const members = sql.members.all(deletion.rowId, maxRowsPerStep) as unknown as [
        userRowId: number,
        hasLeft: 0 | 1,
      ][]
      for (const [userRowId, hasLeft] of members) {
        if (hasLeft === 0) tombstones.add(userRowId, deletion, deletion)
        sql.removeMembership.run(deletion.rowId, userRowId)
      }
      budget.spend({ rows: members.length })
      if (members.length > 0) return false

      let last: number | undefined
      const rows = sql.firstEntries.iterate(deletion.rowId, maxRowsPerStep) as Iterable<unknown>
      for (const [seq, bytes] of rows as Iterable<[number, number]>) {
        last = seq
        budget.spend({ rows: 1, bytes })
        if (budget.isSpent) break
      }
      if (last !== undefined) sql.removeFirstEntries.run(deletion.rowId, last)
      return last === undefined
    },

    nextMembership: (userRowId) => {
      const row = sql.nextMembership.get(userRowId)
      if (!row) return undefined
      const conversationRowId = Number(row['conversation_row_id'])
      const conversation = toConversation(sql.conversation.get(conversationRowId, userRowId))
      return { conversationRowId, conversation }
    },
    removeMembership: (userRowId, conversationRowId) => {
      sql.removeMembership.run(conversationRowId, userRowId)
    },
    entriesToSearch: ({ sequence }, { conversationRowId, seq: after }) => {
      const rows = sql.entriesAfter.all(conversationRowId, after, maxRowsPerStep) as unknown as SearchedRow[]
      const end = rows.findIndex((row) => row[3] > sequence)
      return (end === -1 ? rows : rows.slice(0, end)).map(([kind, seq, userRowId, , bytes]) => ({
        kind: requireRow(entryKinds[kind]),
        seq,
        userRowId,
        bytes,
      }))
    },
    saveSearchPosition: ({ rowId }, { conversationRowId, seq }) => {
      sql.saveSearchPosition.run(conversationRowId, seq, rowId)
    },
    removeEntries: (conversation, seqList) => {
      // INV-3: no number is reused. The conversation's row stores the last number of events, and each deleted message
      // is followed by a newer entry.
      for (const seq of seqList) sql.removeEntry.run(conversation.rowId, seq)
    },
    removeUserRows: ({ rowId }, budget) => {
      const { changes } = sql.removeIdempotencyRecords.run(rowId, rowId, maxRowsPerStep)
      budget.spend({ rows: Number(changes) })
      if (Number(changes) > 0) return false
      tombstones.removeAll(rowId)
      return true
    },

    finish: ({ rowId }) => {
      sql.finish.run(rowId)
    },
  }
}

type SearchedRow = [kind: number, seq: number, userRowId: number, sequence: number, bytes: number]

function toDeletion(row: Row | undefined): PendingDeletion | undefined {
  return (
    row && {
      kind: row['is_user'] === 1 ? 'user' : 'conversation',
      rowId: Number(row['row_id']),
      botRowId: Number(row['bot_row_id']),
      id: String(row['id']),
      sequence: Number(row['sequence']),
      at: Number(row['deleted_at']),
      searchedUpTo: {
        conversationRowId: Number(row['searched_conversation_row_id']),
        seq: Number(row['searched_seq']),
      },
    }
  )
}

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const arrays = (text: string): StatementSync => prepareArrays(database, text)
  // Unlike length(), octet_length() does not read the text.
  const bytes = 'octet_length(payload) + coalesce(octet_length(metadata), 0)'
  return {
    add: prepare('INSERT INTO deletions VALUES (?, ?, ?, ?, ?, ?, 0, 0)'),
    next: prepare('SELECT * FROM deletions ORDER BY is_user, sequence LIMIT 1'),
    deletedUsersWithId: prepare('SELECT * FROM deletions WHERE bot_row_id = ? AND id = ? AND is_user = 1'),
    saveSearchPosition: prepare(
      'UPDATE deletions SET searched_conversation_row_id = ?, searched_seq = ? WHERE row_id = ?',
    ),
    finish: prepare('DELETE FROM deletions WHERE row_id = ?'),

    members: arrays('SELECT user_row_id, has_left FROM participants WHERE conversation_row_id = ? LIMIT ?'),
    nextMembership: prepare(
      `SELECT conversation_row_id FROM participants WHERE user_row_id = ?
        ORDER BY creation_order, conversation_row_id LIMIT 1`,
    ),
    removeMembership: prepare('DELETE FROM participants WHERE conversation_row_id = ? AND user_row_id = ?'),
    conversation: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables}
        WHERE c.row_id = ? AND (c.owner_row_id = ? OR ${ownerExists('c')})`,
    ),

    firstEntries: arrays(
      `SELECT seq, ${bytes} FROM entries WHERE conversation_row_id = ? ORDER BY seq LIMIT ?`,
    ),
    removeFirstEntries: prepare('DELETE FROM entries WHERE conversation_row_id = ? AND seq <= ?'),
    entriesAfter: arrays(
      `SELECT kind, seq, user_row_id, sequence, ${bytes} FROM entries
        WHERE conversation_row_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
    ),
    removeEntry: prepare('DELETE FROM entries WHERE conversation_row_id = ? AND seq = ?'),
    removeIdempotencyRecords: prepare(
      `DELETE FROM idempotency_records WHERE user_row_id = ? AND idempotency_key IN
        (SELECT idempotency_key FROM idempotency_records WHERE user_row_id = ? LIMIT ?)`,
    ),
  }
}

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
