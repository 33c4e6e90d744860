import type { ConversationRecord, Entry } from '../../domain/records.ts'
import type { Names } from './names.ts'
import { required } from './rows.ts'
import { entryKinds } from './schema.ts'

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

export const entryColumns: string = `e.kind, c.bot_key, c.key, c.id, e.number, e.sequence, e.created_at, e.user_key, coalesce(u.id, ''),
  e.user_key = (SELECT user_key FROM bots WHERE bots.key = c.bot_key), e.payload, e.metadata, e.stream_id`
export const entryTables: string = `entries e JOIN conversations c ON c.key = e.conversation_key LEFT JOIN users u ON u.key = e.user_key`

export function entryOf(row: EntryRow): Entry {
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
  }
}

/** A message of a conversation that is known already: the list that is asked for most joins nothing. */
export type MessageRow = [
  number: number,
  sequence: number,
  createdAt: number,
  userKey: number,
  payload: string,
  metadata: string | null,
  streamId: string | null,
]

export function messageOf(row: MessageRow, conversation: ConversationRecord, names: Names): Entry {
  return {
    kind: 'message_created',
    botKey: conversation.botKey,
    conversationKey: conversation.key,
    conversationId: conversation.id,
    number: row[0],
    sequence: row[1],
    createdAt: row[2],
    userKey: row[3],
    userId: names.userId(row[3]),
    isBot: names.botUserKey(conversation.botKey) === row[3],
    payload: row[4],
    metadata: row[5] ?? undefined,
    streamId: row[6] ?? undefined,
  }
}
