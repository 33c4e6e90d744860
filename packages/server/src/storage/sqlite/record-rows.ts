import type { SQLOutputValue } from 'node:sqlite'
import type { ConversationRecord, UserRecord } from '../../domain/records.ts'

export type Row = Record<string, SQLOutputValue>

export function toUser(row: Row | undefined): UserRecord | undefined {
  return (
    row && {
      rowId: Number(row['row_id']),
      id: String(row['id']),
      fieldsJson: String(row['fields']),
      createdAt: Number(row['created_at']),
      updatedAt: Number(row['updated_at']),
      keyNonce: toOptionalText(row['key_nonce']),
    }
  )
}

function toOptionalText(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function toConversation(row: Row | undefined): ConversationRecord | undefined {
  return (
    row && {
      rowId: Number(row['row_id']),
      botRowId: Number(row['bot_row_id']),
      id: String(row['id']),
      ownerRowId: Number(row['owner_row_id']),
      createdAt: Number(row['created_at']),
      updatedAt: Number(row['updated_at']),
      lastSeq: Number(row['last_seq']),
      lastEntryAt: Number(row['last_entry_at']),
      creationOrder: Number(row['creation_order']),
    }
  )
}

/** For rows and values that the database schema guarantees. */
export function requireRow<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an expected row or value is missing from the database')
  return value
}
