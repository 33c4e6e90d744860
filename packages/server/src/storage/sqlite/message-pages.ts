import type { DatabaseSync } from 'node:sqlite'
import type { Place, Slice } from '../../domain/reads.ts'
import { pageJson, type PlacedJson } from '../../wire/page-json.ts'
import { messageJson } from '../../wire/render.ts'
import { createBotIds } from './bot-ids.ts'
import { messageColumns, messageOf, type MessageRow } from './entry-rows.ts'
import { createNames } from './names.ts'
import { kindCode } from './schema.ts'

/** Which page of messages somebody wants, as plain data that can cross to another thread. */
export interface PageRequest {
  readonly place: Place
  readonly slice: Slice
}

/** Writes a page as JSON text; undefined where the user takes no part any more. */
export type ReadPage = (request: PageRequest) => string | undefined

/** The list that is asked for most. Who may read, what is read and who said it are of one moment. */
export function createMessagePages(database: DatabaseSync): ReadPage {
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  const participation = database.prepare(
    'SELECT 1 FROM participants WHERE conversation_key = ? AND user_key = ? AND has_left = 0',
  )
  const messages = database.prepare(
    `SELECT ${messageColumns} FROM entries
      WHERE conversation_key = ? AND number < ? AND kind = ${kindCode('message_created')}
      ORDER BY number DESC LIMIT ?`,
  )
  messages.setReturnArrays(true)
  const naming = { names: createNames(database), botIds: createBotIds(database) }

  const readNow = ({ place: { user, conversation }, slice }: PageRequest): string | undefined => {
    if (!participation.get(conversation.key, user.key)) return undefined
    const beyond = slice.beyond ?? Number.MAX_SAFE_INTEGER
    const rows = messages.all(conversation.key, beyond, slice.limit) as unknown as MessageRow[]
    const items = rows.map((row): PlacedJson => {
      const message = messageOf(row, conversation, naming)
      return [messageJson(message), message.number]
    })
    return pageJson('messages', conversation.key, { items, slice })
  }

  return (request) => {
    begin.run()
    try {
      return readNow(request)
    } finally {
      commit.run()
    }
  }
}
