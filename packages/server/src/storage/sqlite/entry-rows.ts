import type { ListedMessage, Place } from '../../domain/reads.ts'
import type { Entry } from '../../domain/records.ts'
import type { BotIds } from './bot-ids.ts'
import { pendingConditions, type DeletionConditions } from './deletions-table.ts'
import { entryKinds } from './entry-kinds.ts'
import type { Names } from './names.ts'
import { required } from './rows.ts'

/** As an array, which costs half of what an object does, in the order of `entryColumns`. */
export type EntryRow = [
  kind: number,
  botKey: number,
  conversationKey: number,
  conversationId: string,
  number: number,
  sequence: number,
  createdAt: number,
  userKey: number,
  userId: string,
  isBot: 0 | 1,
  payload: string,
  metadata: string | null,
  streamId: string | null,
]

export function entryColumnsOf(text: (column: string) => string): string {
  return `e.kind, c.bot_key, c.key, c.id, e.number, e.sequence, e.created_at, e.user_key, coalesce(u.id, ''),
    e.user_key = (SELECT user_key FROM bots WHERE bots.key = c.bot_key), ${text('e.payload')}, ${text('e.metadata')}, e.stream_id`
}
export const entryColumns: string = entryColumnsOf((column) => column)

export function entryTablesOf({ ownerIsThere, entryIsThere }: DeletionConditions): string {
  return `entries e JOIN conversations c ON c.key = e.conversation_key
    AND ${ownerIsThere('c')} AND ${entryIsThere('e')} LEFT JOIN users u ON u.key = e.user_key`
}
/** Excludes deleted entries, even if their rows remain. */
export const entryTables: string = entryTablesOf(pendingConditions)

export function entryOf(row: EntryRow, botIds: BotIds): Entry {
  const { epoch, tagOf } = botIds(row[1])
  return {
    kind: required(entryKinds[row[0]]),
    botKey: row[1],
    conversationKey: row[2],
    conversationId: row[3],
    number: row[4],
    sequence: row[5],
    createdAt: row[6],
    userKey: row[7],
    userId: row[8],
    isBot: row[9] === 1,
    payload: row[10],
    metadata: row[11] ?? undefined,
    streamId: row[12] ?? undefined,
    tag: tagOf({ conversationKey: row[2], number: row[4] }),
    epoch,
  }
}

/** The approximate memory of an entry. */
export function entryBytes(row: EntryRow): number {
  return row[10].length + (row[11]?.length ?? 0)
}

export function hasEmptyEntryText(row: EntryRow): boolean {
  return row[10] === '' || row[11] === ''
}

/** A message of a conversation that is known already: the list that is asked for most joins nothing. */
export type MessageRow = [
  number: number,
  createdAt: number,
  userKey: number,
  payload: string,
  metadata: string | null,
]

/** In the order of `MessageRow`. */
export function messageColumnsOf(text: (column: string) => string): string {
  return `number, created_at, user_key, ${text('payload')}, ${text('metadata')}`
}

export function messageBytes(row: MessageRow): number {
  return row[3].length + (row[4]?.length ?? 0)
}

export function hasEmptyMessageText(row: MessageRow): boolean {
  return row[3] === '' || row[4] === ''
}

export function messageOf(
  row: MessageRow,
  conversation: Place['conversation'],
  { names, botIds }: { names: Names; botIds: BotIds },
): ListedMessage {
  return {
    conversationKey: conversation.key,
    conversationId: conversation.id,
    number: row[0],
    tag: botIds(conversation.botKey).tagOf({ conversationKey: conversation.key, number: row[0] }),
    createdAt: row[1],
    userId: names.userId(row[2]),
    payload: row[3],
    metadata: row[4] ?? undefined,
  }
}
