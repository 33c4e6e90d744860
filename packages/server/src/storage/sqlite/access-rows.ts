import type { CacheableAccess, ConversationAccess } from '../../domain/queries.ts'
import { conversationColumns, newestEntry } from './conversation-rows.ts'
import { ownerExists } from './deletion-conditions.ts'

/** A user, the requested conversation, and whether the user is a participant. Columns of `cacheableAccessQuery`. */
export type CacheableAccessRow = [
  userRowId: number,
  userId: string,
  keyNonce: string | null,
  conversationRowId: number | null,
  botRowId: number,
  conversationId: string,
  ownerRowId: number,
  creationOrder: number,
  createdAt: number,
  updatedAt: number,
  lastSeq: number,
  lastEntryAt: number,
  isParticipant: 0 | 1,
]

/** The same with all columns of the user. Columns of `accessQuery`. */
export type AccessRow = [
  ...CacheableAccessRow,
  fieldsJson: string,
  userCreatedAt: number,
  userUpdatedAt: number,
]

type LookupColumn = 'id' | 'row_id'

/** Parameters: the conversation's `id` or `row_id`, the row id of the bot, and the user's id. */
export function accessQuery(column: LookupColumn): string {
  return buildQuery(column, ', u.fields, u.created_at, u.updated_at')
}

/** Like `accessQuery`, without the profile fields of the user. */
export function cacheableAccessQuery(column: LookupColumn): string {
  return buildQuery(column, '')
}

function buildQuery(column: LookupColumn, moreColumns: string): string {
  return `SELECT u.row_id, u.id, u.key_nonce, ${conversationColumns}, p.user_row_id IS NOT NULL${moreColumns}
    FROM users u LEFT JOIN conversations c ON c.bot_row_id = u.bot_row_id AND c.${column} = ?
      AND ${ownerExists('c')}
    ${newestEntry}
    LEFT JOIN participants p ON p.conversation_row_id = c.row_id AND p.user_row_id = u.row_id AND p.has_left = 0
    WHERE u.bot_row_id = ? AND u.id = ?`
}

export function toAccess(row: AccessRow | undefined): ConversationAccess | undefined {
  if (!row) return undefined
  const user = { ...toUserIdentity(row), fieldsJson: row[13], createdAt: row[14], updatedAt: row[15] }
  return { ...toConversationPart(row), user }
}

export function toCacheableAccess(row: CacheableAccessRow | undefined): CacheableAccess | undefined {
  return row && { ...toConversationPart(row), user: toUserIdentity(row) }
}

function toUserIdentity([rowId, id, keyNonce]: CacheableAccessRow | AccessRow): CacheableAccess['user'] {
  return { rowId, id, keyNonce: keyNonce ?? undefined }
}

function toConversationPart(
  row: CacheableAccessRow | AccessRow,
): Pick<ConversationAccess, 'conversation' | 'isParticipant'> {
  const rowId = row[3]
  return {
    conversation:
      rowId === null
        ? undefined
        : {
            rowId,
            botRowId: row[4],
            id: row[5],
            ownerRowId: row[6],
            creationOrder: row[7],
            createdAt: row[8],
            updatedAt: row[9],
            lastSeq: row[10],
            lastEntryAt: row[11],
          },
    isParticipant: row[12] === 1,
  }
}
