import type { ListedMessage, Membership } from '../../domain/queries.ts'
import type { LogEntry } from '../../domain/records.ts'
import type { BotIds } from './bot-ids.ts'
import { deletionConditions, type DeletionConditions } from './deletion-conditions.ts'
import { entryKinds } from './entry-kinds.ts'
import { requireRow } from './record-rows.ts'
import type { UserIdCache } from './user-id-cache.ts'

/** An array, as objects take twice as long to create. In the order of `entryColumns`. */
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

/** A message of a known conversation: the most requested list needs no joins. */
export type MessageRow = [
  seq: number,
  createdAt: number,
  userRowId: number,
  payload: string,
  metadata: string | null,
]

/** In the order of `MessageRow`. */
export function buildMessageColumns(text: (column: string) => string): string {
  return `seq, created_at, user_row_id, ${text('payload')}, ${text('metadata')}`
}

export function messageBytes(row: MessageRow): number {
  return row[3].length + (row[4]?.length ?? 0)
}

export function hasEmptyMessageText(row: MessageRow): boolean {
  return row[3] === '' || row[4] === ''
}

export function toMessage(
  row: MessageRow,
  conversation: Membership['conversation'],
  { userIds, botIds }: { userIds: UserIdCache; botIds: BotIds },
): ListedMessage {
  return {
    conversationRowId: conversation.rowId,
    conversationId: conversation.id,
    seq: row[0],
    tag: botIds(conversation.botRowId).idTag({ conversationRowId: conversation.rowId, seq: row[0] }),
    createdAt: row[1],
    userId: userIds.userId(row[2]),
    payload: row[3],
    metadata: row[4] ?? undefined,
  }
}
