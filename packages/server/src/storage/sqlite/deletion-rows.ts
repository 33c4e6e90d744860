import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DeletionRows, PendingDeletion } from '../../domain/deletion-rows.ts'
import { conversationColumns, conversationTables } from './conversation-rows.ts'
import { ownerIsThere } from './deletions-table.ts'
import type { Departures } from './departures.ts'
import { entryKinds } from './entry-kinds.ts'
import { conversationOf, required, type Row } from './rows.ts'

/** Maximum number of rows that one step reads, removes or searches. */
const stepRows = 128

export interface SqliteDeletionRows extends DeletionRows {
  /** Adds a pending deletion. Call it when removing the row of the user or conversation. */
  add(deletion: Omit<PendingDeletion, 'searched'>): void
}

export function createDeletionRows(database: DatabaseSync, departures: Departures): SqliteDeletionRows {
  const sql = prepareStatements(database)

  return {
    add: ({ kind, key, botKey, id, sequence, at }) => {
      departures.addDeletion({ sequence, at })
      sql.add.run(key, kind === 'user' ? 1 : 0, botKey, id, sequence, at)
    },
    next: () => deletionOf(sql.next.get()),
    usersWithId: (botKey, id) => sql.usersWithId.all(botKey, id).map((row) => required(deletionOf(row))),

    removeConversationRows: (deletion, budget) => {
      const members = sql.membersOf.all(deletion.key, stepRows) as unknown as [
        userKey: number,
        hasLeft: 0 | 1,
      ][]
      for (const [userKey, hasLeft] of members) {
        if (hasLeft === 0) departures.add(userKey, deletion, deletion)
        sql.removeMembership.run(deletion.key, userKey)
      }
      budget.spend({ rows: members.length })
      if (members.length > 0) return false

      let last: number | undefined
      const rows = sql.firstEntries.iterate(deletion.key, stepRows) as Iterable<unknown>
      for (const [number, bytes] of rows as Iterable<[number, number]>) {
        last = number
        budget.spend({ rows: 1, bytes })
        if (budget.isSpent) break
      }
      if (last !== undefined) sql.removeFirstEntries.run(deletion.key, last)
      return last === undefined
    },

    membershipOf: (userKey) => {
      const row = sql.membershipOf.get(userKey)
      if (!row) return undefined
      const conversationKey = Number(row['conversation_key'])
      const conversation = conversationOf(sql.conversation.get(conversationKey, userKey))
      return { conversationKey, conversation }
    },
    removeMembership: (userKey, conversationKey) => {
      sql.removeMembership.run(conversationKey, userKey)
    },
    entriesToSearch: ({ sequence }, { conversationKey, number }) => {
      const rows = sql.entriesAfter.all(conversationKey, number, stepRows) as unknown as SearchedRow[]
      const end = rows.findIndex((row) => row[3] > sequence)
      return (end === -1 ? rows : rows.slice(0, end)).map(([kind, at, userKey, , bytes]) => ({
        kind: required(entryKinds[kind]),
        number: at,
        userKey,
        bytes,
      }))
    },
    keepSearched: ({ key }, { conversationKey, number }) => {
      sql.keepSearched.run(conversationKey, number, key)
    },
    removeEntries: (conversation, numbers) => {
      // Events are in the head of the row, and each message leaves a newer entry: no number is given twice (INV-3).
      for (const number of numbers) sql.removeEntry.run(conversation.key, number)
    },
    removeUserRows: ({ key }, budget) => {
      const { changes } = sql.removeMade.run(key, key, stepRows)
      budget.spend({ rows: Number(changes) })
      if (Number(changes) > 0) return false
      departures.forget(key)
      return true
    },

    finish: ({ key }) => {
      sql.finish.run(key)
    },
  }
}

type SearchedRow = [kind: number, number: number, userKey: number, sequence: number, bytes: number]

function deletionOf(row: Row | undefined): PendingDeletion | undefined {
  return (
    row && {
      kind: row['is_user'] === 1 ? 'user' : 'conversation',
      key: Number(row['key']),
      botKey: Number(row['bot_key']),
      id: String(row['id']),
      sequence: Number(row['sequence']),
      at: Number(row['at']),
      searched: {
        conversationKey: Number(row['searched_conversation']),
        number: Number(row['searched_number']),
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
        WHERE c.key = ? AND (c.owner_key = ? OR ${ownerIsThere('c')})`,
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
