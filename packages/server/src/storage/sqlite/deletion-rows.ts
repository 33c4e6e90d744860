import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DeletionRows, PendingDeletion } from '../../domain/deletion-rows.ts'
import { conversationColumns, conversationTables } from './conversation-rows.ts'
import { ownerExists } from './deletions-table.ts'
import { entryKinds } from './entry-kinds.ts'
import type { MembershipTombstones } from './membership-tombstones.ts'
import { toConversation, requireRow, type Row } from './record-rows.ts'

/** Maximum number of rows that one step reads, removes or searches. */
const stepRows = 128

export interface SqliteDeletionRows extends DeletionRows {
  /** Adds a pending deletion. Call it when removing the row of the user or conversation. */
  add(deletion: Omit<PendingDeletion, 'searchedUpTo'>): void
}

export function createDeletionRows(
  database: DatabaseSync,
  departures: MembershipTombstones,
): SqliteDeletionRows {
  const sql = prepareStatements(database)

  return {
    add: ({ kind, rowId: key, botRowId, id, sequence, at }) => {
      departures.addDeletion({ sequence, at })
      sql.add.run(key, kind === 'user' ? 1 : 0, botRowId, id, sequence, at)
    },
    next: () => deletionOf(sql.next.get()),
    deletedUsersWithId: (botRowId, id) =>
      sql.usersWithId.all(botRowId, id).map((row) => requireRow(deletionOf(row))),

    removeConversationRows: (deletion, budget) => {
      const members = sql.membersOf.all(deletion.rowId, stepRows) as unknown as [
        userRowId: number,
        hasLeft: 0 | 1,
      ][]
      for (const [userRowId, hasLeft] of members) {
        if (hasLeft === 0) departures.add(userRowId, deletion, deletion)
        sql.removeMembership.run(deletion.rowId, userRowId)
      }
      budget.spend({ rows: members.length })
      if (members.length > 0) return false

      let last: number | undefined
      const rows = sql.firstEntries.iterate(deletion.rowId, stepRows) as Iterable<unknown>
      for (const [number, bytes] of rows as Iterable<[number, number]>) {
        last = number
        budget.spend({ rows: 1, bytes })
        if (budget.isSpent) break
      }
      if (last !== undefined) sql.removeFirstEntries.run(deletion.rowId, last)
      return last === undefined
    },

    nextMembership: (userRowId) => {
      const row = sql.membershipOf.get(userRowId)
      if (!row) return undefined
      const conversationRowId = Number(row['conversation_key'])
      const conversation = toConversation(sql.conversation.get(conversationRowId, userRowId))
      return { conversationRowId, conversation }
    },
    removeMembership: (userRowId, conversationRowId) => {
      sql.removeMembership.run(conversationRowId, userRowId)
    },
    entriesToSearch: ({ sequence }, { conversationRowId, seq: number }) => {
      const rows = sql.entriesAfter.all(conversationRowId, number, stepRows) as unknown as SearchedRow[]
      const end = rows.findIndex((row) => row[3] > sequence)
      return (end === -1 ? rows : rows.slice(0, end)).map(([kind, at, userRowId, , bytes]) => ({
        kind: requireRow(entryKinds[kind]),
        seq: at,
        userRowId,
        bytes,
      }))
    },
    saveSearchPosition: ({ rowId: key }, { conversationRowId, seq: number }) => {
      sql.keepSearched.run(conversationRowId, number, key)
    },
    removeEntries: (conversation, numbers) => {
      // Events are in the head of the row, and each message leaves a newer entry: no number is given twice (INV-3).
      for (const number of numbers) sql.removeEntry.run(conversation.rowId, number)
    },
    removeUserRows: ({ rowId: key }, budget) => {
      const { changes } = sql.removeMade.run(key, key, stepRows)
      budget.spend({ rows: Number(changes) })
      if (Number(changes) > 0) return false
      departures.removeAll(key)
      return true
    },

    finish: ({ rowId: key }) => {
      sql.finish.run(key)
    },
  }
}

type SearchedRow = [kind: number, number, userRowId: number, sequence: number, bytes: number]

function deletionOf(row: Row | undefined): PendingDeletion | undefined {
  return (
    row && {
      kind: row['is_user'] === 1 ? 'user' : 'conversation',
      rowId: Number(row['key']),
      botRowId: Number(row['bot_key']),
      id: String(row['id']),
      sequence: Number(row['sequence']),
      at: Number(row['at']),
      searchedUpTo: {
        conversationRowId: Number(row['searched_conversation']),
        seq: Number(row['searched_number']),
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
    usersWithId: prepare('SELECT * FROM deletions WHERE bot_key = ? AND id = ? AND is_user = 1'),
    keepSearched: prepare(
      'UPDATE deletions SET searched_conversation = ?, searched_number = ? WHERE key = ?',
    ),
    finish: prepare('DELETE FROM deletions WHERE key = ?'),

    membersOf: prepareArrays(
      'SELECT user_key, has_left FROM participants WHERE conversation_key = ? LIMIT ?',
    ),
    membershipOf: prepare(
      'SELECT conversation_key FROM participants WHERE user_key = ? ORDER BY made, conversation_key LIMIT 1',
    ),
    removeMembership: prepare('DELETE FROM participants WHERE conversation_key = ? AND user_key = ?'),
    conversation: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables}
        WHERE c.key = ? AND (c.owner_key = ? OR ${ownerExists('c')})`,
    ),

    firstEntries: prepareArrays(
      `SELECT number, ${bytes} FROM entries WHERE conversation_key = ? ORDER BY number LIMIT ?`,
    ),
    removeFirstEntries: prepare('DELETE FROM entries WHERE conversation_key = ? AND number <= ?'),
    entriesAfter: prepareArrays(
      `SELECT kind, number, user_key, sequence, ${bytes} FROM entries
        WHERE conversation_key = ? AND number > ? ORDER BY number LIMIT ?`,
    ),
    removeEntry: prepare('DELETE FROM entries WHERE conversation_key = ? AND number = ?'),
    removeMade: prepare(
      'DELETE FROM made WHERE user_key = ? AND key IN (SELECT key FROM made WHERE user_key = ? LIMIT ?)',
    ),
  }
}
