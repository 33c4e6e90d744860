import type { Access, KeyedAccess } from '../../domain/reads.ts'
import { conversationColumns, newestEntry } from './conversation-rows.ts'
import { ownerIsThere } from './deletions-table.ts'

/** A user, the requested conversation, and whether the user is a participant; in the order of `keyedAccessQuery`. */
export type KeyedAccessRow = [
  userKey: number,
  userId: string,
  keyNonce: string | null,
  conversationKey: number | null,
  botKey: number,
  conversationId: string,
  ownerKey: number,
  made: number,
  createdAt: number,
  updatedAt: number,
  head: number,
  headAt: number,
  isParticipant: 0 | 1,
]

/** The same with all fields of the user, in the order of `accessQuery`. */
export type AccessRow = [...KeyedAccessRow, fields: string, userCreatedAt: number, userUpdatedAt: number]

type By = 'id' | 'key'

/** Asks by the conversation's `id` or `key`, the bot's key and the user's id, in that order. */
export function accessQuery(by: By): string {
  return query(by, ', u.fields, u.created_at, u.updated_at')
}

/** Like `accessQuery`, without the user's fields. */
export function keyedAccessQuery(by: By): string {
  return query(by, '')
}

function query(by: By, moreColumns: string): string {
  return `SELECT u.key, u.id, u.key_nonce, ${conversationColumns}, p.user_key IS NOT NULL${moreColumns}
    FROM users u LEFT JOIN conversations c ON c.bot_key = u.bot_key AND c.${by} = ?
      AND ${ownerIsThere('c')}
    ${newestEntry}
    LEFT JOIN participants p ON p.conversation_key = c.key AND p.user_key = u.key AND p.has_left = 0
    WHERE u.bot_key = ? AND u.id = ?`
}

export function accessOf(row: AccessRow | undefined): Access | undefined {
  if (!row) return undefined
  const user = { ...namesOf(row), fields: row[13], createdAt: row[14], updatedAt: row[15] }
  return { ...partOf(row), user }
}

export function keyedAccessOf(row: KeyedAccessRow | undefined): KeyedAccess | undefined {
  return row && { ...partOf(row), user: namesOf(row) }
}

function namesOf([key, id, keyNonce]: KeyedAccessRow | AccessRow): KeyedAccess['user'] {
  return { key, id, keyNonce: keyNonce ?? undefined }
}

function partOf(row: KeyedAccessRow | AccessRow): Pick<Access, 'conversation' | 'isParticipant'> {
  const key = row[3]
  return {
    conversation:
      key === null
        ? undefined
        : {
            key,
            botKey: row[4],
            id: row[5],
            ownerKey: row[6],
            made: row[7],
            createdAt: row[8],
            updatedAt: row[9],
            head: row[10],
            headAt: row[11],
          },
    isParticipant: row[12] === 1,
  }
}
