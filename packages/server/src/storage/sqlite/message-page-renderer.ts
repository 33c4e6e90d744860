import type { DatabaseSync } from 'node:sqlite'
import type { Membership, PageQuery } from '../../domain/queries.ts'
import { pageJson } from '../../wire/page-json.ts'
import { messageJson } from '../../wire/render.ts'
import { createBotIds } from './bot-ids.ts'
import { conversationExists, noPendingDeletions, userExists } from './deletions-table.ts'
import { createMessageReader } from './message-reader.ts'
import { createSnapshot } from './snapshot.ts'

/** Which page of messages somebody wants, as plain data that can cross to another thread. */
export interface PageRequest {
  readonly membership: Membership
  readonly query: PageQuery
}

/** Writes a page as JSON text; undefined where the user takes no part any more. */
export type RenderMessagePage = (request: PageRequest) => string | undefined

/** The list that is asked for most. Who may read, what is read and who said it are of one moment. */
export function createMessagePageRenderer(database: DatabaseSync): RenderMessagePage {
  const inSnapshot = createSnapshot(database)
  const participation = database.prepare(
    `SELECT ${noPendingDeletions} OR (${conversationExists('?1')} AND ${userExists('?2')})
      FROM participants WHERE conversation_key = ?1 AND user_key = ?2 AND has_left = 0`,
  )
  participation.setReturnArrays(true)
  const readMessages = createMessageReader(database, createBotIds(database))

  const render = ({ membership: { user, conversation }, query: slice }: PageRequest): string | undefined => {
    const [isThere] = (participation.get(conversation.rowId, user.rowId) ?? []) as unknown as [
      isThere?: 0 | 1,
    ]
    if (isThere !== 1) return undefined
    const page = readMessages(conversation, slice)
    const items = page.items.map((message) => [messageJson(message), message.seq] as const)
    return pageJson('messages', conversation.rowId, { ...page, items })
  }

  return (request) => inSnapshot(() => render(request))
}
