import type { DatabaseSync } from 'node:sqlite'
import type { ListedMessage, Page, Place, Slice } from '../../domain/reads.ts'
import type { BotIds } from './bot-ids.ts'
import { defaultMaxBytes, takeWithin } from './bounded-rows.ts'
import { conversationIsThere, entryIsThere } from './deletions-table.ts'
import { kindCode } from './entry-kinds.ts'
import { messageBytes, messageColumns, messageOf, type MessageRow } from './entry-rows.ts'
import { createNames } from './names.ts'

/**
 * Numbers of a log that are searched for one slice: any number of entries in sequence may be no messages, or those of a
 * user who was deleted.
 */
const searchedNumbers = 20_000

/** Reads a slice of the messages of a conversation, newest first. */
export type ReadMessages = (conversation: Place['conversation'], slice: Slice) => Page<ListedMessage>

export function createMessageSlices(database: DatabaseSync, botIds: BotIds): ReadMessages {
  const newest = '(SELECT max(number) FROM entries WHERE conversation_key = ?1)'
  const messages = database.prepare(
    `SELECT ${messageColumns} FROM entries WHERE conversation_key = ?1 AND number < ?2
        AND number >= min(?2, 1 + ${newest}) - ${searchedNumbers}
        AND kind = ${kindCode('message_created')} AND ${entryIsThere('entries')} AND ${conversationIsThere('?1')}
      ORDER BY number DESC LIMIT ?3`,
  )
  // Jumps over the numbers that no entry has any more.
  const older = database.prepare(
    `SELECT 1 + max(number) AS number FROM entries
      WHERE conversation_key = ?1 AND number < min(?2, 1 + ${newest}) - ${searchedNumbers}`,
  )
  messages.setReturnArrays(true)
  const naming = { names: createNames(database), botIds }

  return (conversation, { beyond = Number.MAX_SAFE_INTEGER, limit, maxBytes = defaultMaxBytes }) => {
    const rows: Iterable<unknown> = messages.iterate(conversation.key, beyond, limit + 1)
    const { items, hasMore } = takeWithin(rows as Iterable<MessageRow>, { limit, maxBytes }, messageBytes)
    const more = hasMore ? undefined : older.get(conversation.key, beyond)?.['number']
    const end = typeof more === 'number' ? more : undefined
    return {
      items: items.map((row) => messageOf(row, conversation, naming)),
      hasMore: hasMore || end !== undefined,
      end,
    }
  }
}
