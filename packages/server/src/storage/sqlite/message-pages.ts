import type { DatabaseSync } from 'node:sqlite'
import type { Place, Slice } from '../../domain/reads.ts'
import { pageJson } from '../../wire/page-json.ts'
import { messageJson } from '../../wire/render.ts'
import { createBotIds } from './bot-ids.ts'
import { conversationIsThere, nothingPending, userIsThere } from './deletions-table.ts'
import { createMessageSlices } from './message-slices.ts'
import { createSnapshot } from './snapshot.ts'

/** Which page of messages somebody wants, as plain data that can cross to another thread. */
export interface PageRequest {
  readonly place: Place
  readonly slice: Slice
}

/** Writes a page as JSON text; undefined where the user takes no part any more. */
export type ReadPage = (request: PageRequest) => string | undefined

/** The list that is asked for most. Who may read, what is read and who said it are of one moment. */
export function createMessagePages(database: DatabaseSync): ReadPage {
  const inSnapshot = createSnapshot(database)
  const participation = database.prepare(
    `SELECT ${nothingPending} OR (${conversationIsThere('?1')} AND ${userIsThere('?2')})
      FROM participants WHERE conversation_key = ?1 AND user_key = ?2 AND has_left = 0`,
  )
  participation.setReturnArrays(true)
  const readMessages = createMessageSlices(database, createBotIds(database))

  const readNow = ({ place: { user, conversation }, slice }: PageRequest): string | undefined => {
    const [isThere] = (participation.get(conversation.key, user.key) ?? []) as unknown as [isThere?: 0 | 1]
    if (isThere !== 1) return undefined
    const page = readMessages(conversation, slice)
    const items = page.items.map((message) => [messageJson(message), message.number] as const)
    return pageJson('messages', conversation.key, { ...page, items })
  }

  return (request) => inSnapshot(() => readNow(request))
}
