import type { DatabaseSync } from 'node:sqlite'
import type { ListedMessage, Page, Place, Slice } from '../../domain/reads.ts'
import type { BotIds } from './bot-ids.ts'
import { defaultMaxBytes, takeWithin } from './bounded-rows.ts'
import { messageBytes, messageColumns, messageOf, type MessageRow } from './entry-rows.ts'
import { createNames } from './names.ts'
import { kindCode } from './schema.ts'

/** Reads a slice of the messages of a conversation, newest first. */
export type ReadMessages = (conversation: Place['conversation'], slice: Slice) => Page<ListedMessage>

export function createMessageSlices(database: DatabaseSync, botIds: BotIds): ReadMessages {
  const messages = database.prepare(
    `SELECT ${messageColumns} FROM entries
      WHERE conversation_key = ? AND number < ? AND kind = ${kindCode('message_created')}
      ORDER BY number DESC LIMIT ?`,
  )
  messages.setReturnArrays(true)
  const naming = { names: createNames(database), botIds }

  return (conversation, { beyond = Number.MAX_SAFE_INTEGER, limit, maxBytes = defaultMaxBytes }) => {
    const rows: Iterable<unknown> = messages.iterate(conversation.key, beyond, limit + 1)
    const { items, hasMore } = takeWithin(rows as Iterable<MessageRow>, { limit, maxBytes }, messageBytes)
    return { items: items.map((row) => messageOf(row, conversation, naming)), hasMore }
  }
}
