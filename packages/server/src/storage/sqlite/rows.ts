import type { SQLOutputValue } from 'node:sqlite'
import type { ConversationRecord, UserRecord } from '../../domain/records.ts'

export type Row = Record<string, SQLOutputValue>

export function userOf(row: Row | undefined): UserRecord | undefined {
  return (
    row && {
      key: Number(row['key']),
      id: String(row['id']),
      fields: String(row['fields']),
      createdAt: Number(row['created_at']),
      updatedAt: Number(row['updated_at']),
      keyNonce: textOf(row['key_nonce']),
    }
  )
}

function textOf(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function conversationOf(row: Row | undefined): ConversationRecord | undefined {
  return (
    row && {
      key: Number(row['key']),
      botKey: Number(row['bot_key']),
      id: String(row['id']),
      ownerKey: Number(row['owner_key']),
      createdAt: Number(row['created_at']),
      updatedAt: Number(row['updated_at']),
      head: Number(row['head']),
      headAt: Number(row['head_at']),
      made: Number(row['made']),
    }
  )
}

/** For what the schema of the database guarantees to be there. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the database lacks a row that its schema promises')
  return value
}
