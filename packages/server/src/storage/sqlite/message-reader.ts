import type { DatabaseSync } from 'node:sqlite'
import type { ListedMessage, Page, Membership, PageQuery } from '../../domain/queries.ts'
import type { BotIds } from './bot-ids.ts'
import { createBoundedRead } from './bounded-read.ts'
import { defaultMaxBytes } from './bounded-rows.ts'
import { kindCode } from './entry-kinds.ts'
import {
  hasEmptyMessageText,
  messageBytes,
  buildMessageColumns,
  toMessage,
  type MessageRow,
} from './entry-rows.ts'
import { createUserIdCache } from './user-id-cache.ts'

/**
 * The number of entries that one slice searches: any number of consecutive entries may be other entries than messages,
 * or messages of a deleted user.
 */
const maxSearchedEntries = 20_000

/** Reads a slice of the messages of a conversation, newest first. Call it in a snapshot. */
export type ReadMessages = (conversation: Membership['conversation'], slice: PageQuery) => Page<ListedMessage>

export function createMessageReader(database: DatabaseSync, botIds: BotIds): ReadMessages {
  const read = createBoundedRead<MessageRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT ${buildMessageColumns(text)} FROM entries
        WHERE conversation_key = ?1 AND number < ?2 AND number >= ?3 AND kind = ${kindCode('message_created')}
          AND ${deletions.entryIsVisible('entries')} AND ${deletions.conversationExists('?1')}
        ORDER BY number DESC LIMIT ?4`,
    valueCount: 3,
    rowBytes: messageBytes,
    hasEmptyText: hasEmptyMessageText,
  })
  const newestBelow = database.prepare(
    'SELECT max(number) FROM entries WHERE conversation_key = ? AND number < ?',
  )
  newestBelow.setReturnArrays(true)
  /** The position after the newest entry with a smaller number; undefined if there is none. */
  const endBelow = (conversationRowId: number, number: number): number | undefined => {
    const [newest] = newestBelow.get(conversationRowId, number) as unknown as [newest: number | null]
    return newest === null ? undefined : newest + 1
  }
  const naming = { names: createUserIdCache(database), botIds }

  return (conversation, { cursor: beyond, limit, maxBytes = defaultMaxBytes }) => {
    const { rowId: key } = conversation
    const end = beyond ?? endBelow(key, Number.MAX_SAFE_INTEGER) ?? 0
    const start = end - maxSearchedEntries
    const { items, hasMore } = read([key, end, start], { limit, maxBytes, rows: limit + 1 })
    // Skips numbers without an entry.
    const olderEnd = hasMore ? undefined : endBelow(key, start)
    return {
      items: items.map((row) => toMessage(row, conversation, naming)),
      hasMore: hasMore || olderEnd !== undefined,
      nextCursor: olderEnd,
    }
  }
}
