import type { DatabaseSync } from 'node:sqlite'
import type { ListedMessage, Page, Place, Slice } from '../../domain/reads.ts'
import type { BotIds } from './bot-ids.ts'
import { createBoundedRead } from './bounded-read.ts'
import { defaultMaxBytes } from './bounded-rows.ts'
import { kindCode } from './entry-kinds.ts'
import {
  hasEmptyMessageText,
  messageBytes,
  messageColumnsOf,
  messageOf,
  type MessageRow,
} from './entry-rows.ts'
import { createNames } from './names.ts'

/**
 * The number of entries that one slice searches: any number of consecutive entries may be other entries than messages,
 * or messages of a deleted user.
 */
const searchedNumbers = 20_000

/** Reads a slice of the messages of a conversation, newest first. Call it in a snapshot. */
export type ReadMessages = (conversation: Place['conversation'], slice: Slice) => Page<ListedMessage>

export function createMessageSlices(database: DatabaseSync, botIds: BotIds): ReadMessages {
  const read = createBoundedRead<MessageRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT ${messageColumnsOf(text)} FROM entries
        WHERE conversation_key = ?1 AND number < ?2 AND number >= ?3 AND kind = ${kindCode('message_created')}
          AND ${deletions.entryIsThere('entries')} AND ${deletions.conversationIsThere('?1')}
        ORDER BY number DESC LIMIT ?4`,
    valueCount: 3,
    bytesOf: messageBytes,
    hasEmptyText: hasEmptyMessageText,
  })
  const newestBelow = database.prepare(
    'SELECT max(number) FROM entries WHERE conversation_key = ? AND number < ?',
  )
  newestBelow.setReturnArrays(true)
  /** The position after the newest entry with a smaller number; undefined if there is none. */
  const endBelow = (conversationKey: number, number: number): number | undefined => {
    const [newest] = newestBelow.get(conversationKey, number) as unknown as [newest: number | null]
    return newest === null ? undefined : newest + 1
  }
  const naming = { names: createNames(database), botIds }

  return (conversation, { beyond, limit, maxBytes = defaultMaxBytes }) => {
    const { key } = conversation
    const end = beyond ?? endBelow(key, Number.MAX_SAFE_INTEGER) ?? 0
    const start = end - searchedNumbers
    const { items, hasMore } = read([key, end, start], { limit, maxBytes, rows: limit + 1 })
    // Skips numbers without an entry.
    const olderEnd = hasMore ? undefined : endBelow(key, start)
    return {
      items: items.map((row) => messageOf(row, conversation, naming)),
      hasMore: hasMore || olderEnd !== undefined,
      end: olderEnd,
    }
  }
}
