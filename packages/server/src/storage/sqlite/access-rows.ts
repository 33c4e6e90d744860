import type { Access } from '../../domain/reads.ts'
import { conversationColumns, newestEntry } from './conversation-rows.ts'

/** A user, the conversation that they ask for, and whether they take part; in the order of `accessQuery`. */
export type AccessRow = [
  userKey: number,
  userId: string,
  fields: string,
  userCreatedAt: number,
  userUpdatedAt: number,
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

/** Asks by the conversation's `id` or `key`, the bot's key and the user's id, in that order. */
export function accessQuery(by: 'id' | 'key'): string {
  return `SELECT u.key, u.id, u.fields, u.created_at, u.updated_at,
      ${conversationColumns}, p.user_key IS NOT NULL
    FROM users u LEFT JOIN conversations c ON c.bot_key = u.bot_key AND c.${by} = ?
    ${newestEntry}
    LEFT JOIN participants p ON p.conversation_key = c.key AND p.user_key = u.key AND p.has_left = 0
    WHERE u.bot_key = ? AND u.id = ?`
}

export function accessOf(row: AccessRow | undefined): Access | undefined {
  if (!row) return undefined
  const [key, id, fields, createdAt, updatedAt, conversationKey] = row
  return {
    user: { key, id, fields, createdAt, updatedAt },
    conversation:
      conversationKey === null
        ? undefined
        : {
            key: conversationKey,
            botKey: row[6],
            id: row[7],
            ownerKey: row[8],
            made: row[9],
            createdAt: row[10],
            updatedAt: row[11],
            head: row[12],
            headAt: row[13],
          },
    isParticipant: row[14] === 1,
  }
}
