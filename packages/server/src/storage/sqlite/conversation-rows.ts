import { kindCode } from './entry-kinds.ts'

/**
 * Joins the newest entry of a conversation's log.
 *
 * Appending a message does not update the row of its conversation, which would flush another page per message.
 * Appending other entries does. So the current values are the maximum of both.
 */
export const newestEntry: string = `LEFT JOIN entries n ON n.conversation_key = c.key
  AND n.number = (SELECT max(number) FROM entries WHERE conversation_key = c.key)`
export const conversationTables: string = `conversations c ${newestEntry}`

export const conversationColumns: string = `c.key, c.bot_key, c.id, c.owner_key, c.made, c.created_at,
  CASE n.kind WHEN ${kindCode('message_created')} THEN max(c.updated_at, n.created_at) ELSE c.updated_at END
    AS updated_at,
  max(c.head, coalesce(n.number, 0)) AS head, max(c.head_at, coalesce(n.created_at, 0)) AS head_at`
