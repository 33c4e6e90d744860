/** The columns that queries select, and the conversion of their rows to records. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { CacheableAccess, ConversationAccess } from '../../domain/queries.ts'
import type { BotRecord, ConversationRecord, LogEntry, UserRecord } from '../../domain/records.ts'
import { createIdTag, type EntryPosition } from '../../wire/ids.ts'
import { ownerExists, deletionConditions, type DeletionConditions } from './deletion-conditions.ts'
import { kindCode, entryKinds } from './schema.ts'

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

export function toBot(row: Row | undefined): BotRecord | undefined {
  return (
    row && {
      rowId: Number(row['row_id']),
      userRowId: Number(row['user_row_id']),
      userId: String(row['user_id']),
      epoch: String(row['epoch']),
    }
  )
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

/** Prepares a statement that returns arrays: objects take twice as long to create. */
export function prepareArrays(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}

/** For rows and values that the database schema guarantees. */
export function requireRow<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an expected row or value is missing from the database')
  return value
}

/**
 * Joins the newest entry of a conversation's log.
 *
 * Appending a message does not update the row of its conversation, which would flush another page per message.
 * Appending other entries does. So the current values are the maximum of both.
 */
export const newestEntry: string = `LEFT JOIN entries n ON n.conversation_row_id = c.row_id
  AND n.seq = (SELECT max(seq) FROM entries WHERE conversation_row_id = c.row_id)`
export const conversationTables: string = `conversations c ${newestEntry}`

export const conversationColumns: string = `c.row_id, c.bot_row_id, c.id, c.owner_row_id, c.creation_order,
  c.created_at,
  CASE n.kind WHEN ${kindCode('message_created')} THEN max(c.updated_at, n.created_at) ELSE c.updated_at END
    AS updated_at,
  max(c.last_seq, coalesce(n.seq, 0)) AS last_seq, max(c.last_entry_at, coalesce(n.created_at, 0)) AS last_entry_at`

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

/** In the order of `entryColumns`. */
export type EntryRow = [
  kind: number,
  botRowId: number,
  conversationRowId: number,
  conversationId: string,
  seq: number,
  sequence: number,
  createdAt: number,
  userRowId: number,
  userId: string,
  isBot: 0 | 1,
  payload: string,
  metadata: string | null,
  streamId: string | null,
]

export function buildEntryColumns(text: (column: string) => string): string {
  return `e.kind, c.bot_row_id, c.row_id, c.id, e.seq, e.sequence, e.created_at, e.user_row_id, coalesce(u.id, ''),
    e.user_row_id = (SELECT user_row_id FROM bots WHERE bots.row_id = c.bot_row_id),
    ${text('e.payload')}, ${text('e.metadata')}, e.stream_id`
}
export const entryColumns: string = buildEntryColumns((column) => column)

export function buildEntryTables({ ownerExists, entryIsVisible }: DeletionConditions): string {
  return `entries e JOIN conversations c ON c.row_id = e.conversation_row_id
    AND ${ownerExists('c')} AND ${entryIsVisible('e')} LEFT JOIN users u ON u.row_id = e.user_row_id`
}
/** Excludes deleted entries whose rows still exist. */
export const entryTables: string = buildEntryTables(deletionConditions)

export function toEntry(row: EntryRow, botIds: BotIds): LogEntry {
  const { epoch, idTag } = botIds(row[1])
  return {
    kind: requireRow(entryKinds[row[0]]),
    botRowId: row[1],
    conversationRowId: row[2],
    conversationId: row[3],
    seq: row[4],
    sequence: row[5],
    createdAt: row[6],
    userRowId: row[7],
    userId: row[8],
    isBot: row[9] === 1,
    payload: row[10],
    metadata: row[11] ?? undefined,
    streamId: row[12] ?? undefined,
    tag: idTag({ conversationRowId: row[2], seq: row[4] }),
    epoch,
  }
}

/** The approximate memory size of an entry. */
export function entryBytes(row: EntryRow): number {
  return row[10].length + (row[11]?.length ?? 0)
}

export function hasEmptyEntryText(row: EntryRow): boolean {
  return row[10] === '' || row[11] === ''
}

/**
 * The parts of public ids that depend on the bot. They are derived from columns of the database, so a copy of the
 * database produces the same ids.
 */
interface BotIdParts {
  /** For SSE ids. */
  readonly epoch: string
  /** Creates the tag of a message or event id. */
  readonly idTag: (position: EntryPosition) => string
}

/** Caches the id secrets and epochs of all bots, which never change while the server runs. */
export type BotIds = (botRowId: number) => BotIdParts

export function createBotIds(database: DatabaseSync): BotIds {
  const select = database.prepare('SELECT id_secret, epoch FROM bots WHERE row_id = ?')
  const cache = new Map<number, BotIdParts>()
  return (botRowId) => {
    const cached = cache.get(botRowId)
    if (cached) return cached
    const row = requireRow(select.get(botRowId))
    const ids = { epoch: String(row['epoch']), idTag: createIdTag(row['id_secret'] as Uint8Array) }
    cache.set(botRowId, ids)
    return ids
  }
}
