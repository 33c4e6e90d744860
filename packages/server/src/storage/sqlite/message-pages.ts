import type { DatabaseSync } from 'node:sqlite'
import type { Place, Slice } from '../../domain/reads.ts'
import { pageJson, type PlacedJson } from '../../wire/page-json.ts'
import { messageJson } from '../../wire/render.ts'
import { messageColumns, messageOf, type MessageRow } from './entry-rows.ts'
import { createNames } from './names.ts'
import { kindCode } from './schema.ts'

/** Which page of messages somebody wants, as plain data that can cross to another thread. */
export interface PageRequest {
  readonly place: Place
  readonly slice: Slice
}

/** Writes a page as JSON text; undefined where there is nothing, or nothing any more that the user may read. */
export type ReadPage = (request: PageRequest) => string | undefined

/** The list that is asked for most. One statement finds who may read and what is read, so that both are of one moment. */
export function createMessagePages(database: DatabaseSync): ReadPage {
  const messages = database.prepare(
    `SELECT ${messageColumns} FROM entries
      WHERE conversation_key = ?1 AND number < ?2 AND kind = ${kindCode('message_created')}
        AND EXISTS (SELECT 1 FROM participants WHERE conversation_key = ?1 AND user_key = ?3 AND has_left = 0)
      ORDER BY number DESC LIMIT ?4`,
  )
  messages.setReturnArrays(true)
  const names = createNames(database)

  return ({ place: { user, conversation }, slice }) => {
    const beyond = slice.beyond ?? Number.MAX_SAFE_INTEGER
    const rows = messages.all(conversation.key, beyond, user.key, slice.limit) as unknown as MessageRow[]
    if (rows.length === 0) return undefined
    const items = rows.map((row): PlacedJson => {
      const message = messageOf(row, conversation, names)
      return [messageJson(message), message.number]
    })
    return pageJson('messages', conversation.key, { items, slice })
  }
}
