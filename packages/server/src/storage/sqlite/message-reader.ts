import type { DatabaseSync } from 'node:sqlite'
import type { ListedMessage, Membership, Page, PageQuery } from '../../domain/queries.ts'
import type { BotIds } from './bot-ids.ts'
import { createBoundedRead } from './bounded-read.ts'
import { defaultMaxBytes } from './bounded-rows.ts'
import { kindCode } from './entry-kinds.ts'
import {
  buildMessageColumns,
  hasEmptyMessageText,
  messageBytes,
  toMessage,
  type MessageRow,
} from './entry-rows.ts'
import { createUserIdCache } from './user-id-cache.ts'

/** The number of entries that one read searches. Long stretches of a log may contain no visible message. */
const maxSearchedEntries = 20_000

/** Reads messages of a conversation, newest first. Call it in a snapshot. */
export type ReadMessages = (conversation: Membership['conversation'], query: PageQuery) => Page<ListedMessage>

export function createMessageReader(database: DatabaseSync, botIds: BotIds): ReadMessages {
  const read = createBoundedRead<MessageRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT ${buildMessageColumns(text)} FROM entries
        WHERE conversation_row_id = ?1 AND seq < ?2 AND seq >= ?3 AND kind = ${kindCode('message_created')}
          AND ${deletions.entryIsVisible('entries')} AND ${deletions.conversationExists('?1')}
        ORDER BY seq DESC LIMIT ?4`,
    valueCount: 3,
    rowBytes: messageBytes,
    hasEmptyText: hasEmptyMessageText,
  })
  const lastBefore = database.prepare(
    'SELECT max(seq) FROM entries WHERE conversation_row_id = ? AND seq < ?',
  )
  lastBefore.setReturnArrays(true)
  /** The cursor just after the newest entry below a `seq`; undefined if there is none. */
  const cursorBelow = (conversationRowId: number, seq: number): number | undefined => {
    const [last] = lastBefore.get(conversationRowId, seq) as unknown as [last: number | null]
    return last === null ? undefined : last + 1
  }
  const caches = { userIds: createUserIdCache(database), botIds }

  return (conversation, { cursor, limit, maxBytes = defaultMaxBytes }) => {
    const { rowId } = conversation
    const end = cursor ?? cursorBelow(rowId, Number.MAX_SAFE_INTEGER) ?? 0
    const start = end - maxSearchedEntries
    const { items, hasMore } = read([rowId, end, start], { limit, maxBytes, rows: limit + 1 })
    // Skips every `seq` without an entry.
    const nextCursor = hasMore ? undefined : cursorBelow(rowId, start)
    return {
      items: items.map((row) => toMessage(row, conversation, caches)),
      hasMore: hasMore || nextCursor !== undefined,
      nextCursor,
    }
  }
}
