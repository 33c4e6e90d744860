import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DeletionRows, PendingDeletion } from '../../domain/transaction.ts'
import { conversationColumns, conversationTables } from './conversation-rows.ts'
import { ownerExists } from './deletion-conditions.ts'
import { entryKinds } from './entry-kinds.ts'
import type { MembershipTombstones } from './membership-tombstones.ts'
import { toConversation, requireRow, type Row } from './record-rows.ts'

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
  const prepareArrays = (text: string): StatementSync => {
    const statement = prepare(text)
    statement.setReturnArrays(true)
    return statement
  }
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

    members: prepareArrays(
      'SELECT user_row_id, has_left FROM participants WHERE conversation_row_id = ? LIMIT ?',
    ),
    nextMembership: prepare(
      `SELECT conversation_row_id FROM participants WHERE user_row_id = ?
        ORDER BY creation_order, conversation_row_id LIMIT 1`,
    ),
    removeMembership: prepare('DELETE FROM participants WHERE conversation_row_id = ? AND user_row_id = ?'),
    conversation: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables}
        WHERE c.row_id = ? AND (c.owner_row_id = ? OR ${ownerExists('c')})`,
    ),

    firstEntries: prepareArrays(
      `SELECT seq, ${bytes} FROM entries WHERE conversation_row_id = ? ORDER BY seq LIMIT ?`,
    ),
    removeFirstEntries: prepare('DELETE FROM entries WHERE conversation_row_id = ? AND seq <= ?'),
    entriesAfter: prepareArrays(
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
