import { kindCode } from './entry-kinds.ts'

/**
 * A conversation's row, and the newest entry of its log. A message is appended without a change to the row of its conversation, which
 * would be another page to flush for each; whatever else is appended brings the row up to date. So the newest of both counts.
 */
export const newestEntry: string = `LEFT JOIN entries n ON n.conversation_key = c.key
  AND n.number = (SELECT max(number) FROM entries WHERE conversation_key = c.key)`
export const conversationTables: string = `conversations c ${newestEntry}`

export const conversationColumns: string = `c.key, c.bot_key, c.id, c.owner_key, c.made, c.created_at,
  CASE n.kind WHEN ${kindCode('message_created')} THEN max(c.updated_at, n.created_at) ELSE c.updated_at END AS updated_at,
  max(c.head, coalesce(n.number, 0)) AS head, max(c.head_at, coalesce(n.created_at, 0)) AS head_at`
