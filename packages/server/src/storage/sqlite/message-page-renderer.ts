import type { DatabaseSync } from 'node:sqlite'
import type { Membership, PageQuery } from '../../domain/queries.ts'
import { pageJson } from '../../wire/page.ts'
import { messageJson } from '../../wire/render.ts'
import { createBotIds } from './bot-ids.ts'
import { conversationExists, noPendingDeletions, userExists } from './deletion-conditions.ts'
import { createMessageReader } from './message-reader.ts'
import { createSnapshot } from './snapshot.ts'

/** A request for a page of messages, as plain data that can be sent to another thread. */
export interface PageRequest {
  readonly membership: Membership
  readonly query: PageQuery
}

/** Renders a page as JSON text. Returns undefined if the user is no longer a participant. */
export type RenderMessagePage = (request: PageRequest) => string | undefined

/** Reads the permission, the messages and their senders in one snapshot. This is the most requested list. */
export function createMessagePageRenderer(database: DatabaseSync): RenderMessagePage {
  const inSnapshot = createSnapshot(database)
  const selectAccess = database.prepare(
    `SELECT ${noPendingDeletions} OR (${conversationExists('?1')} AND ${userExists('?2')})
      FROM participants WHERE conversation_row_id = ?1 AND user_row_id = ?2 AND has_left = 0`,
  )
  selectAccess.setReturnArrays(true)
  const readMessages = createMessageReader(database, createBotIds(database))

  const render = ({ membership: { user, conversation }, query }: PageRequest): string | undefined => {
    const [hasAccess] = (selectAccess.get(conversation.rowId, user.rowId) ?? []) as unknown as [
      hasAccess?: 0 | 1,
    ]
    if (hasAccess !== 1) return undefined
    const page = readMessages(conversation, query)
    const items = page.items.map((message) => [messageJson(message), message.seq] as const)
    return pageJson('messages', conversation.rowId, { ...page, items })
  }

  return (request) => inSnapshot(() => render(request))
}
