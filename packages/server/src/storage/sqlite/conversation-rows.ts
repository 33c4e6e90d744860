import { kindCode } from './entry-kinds.ts'

/**
 * Joins the newest entry of a conversation's log.
 *
 * Appending a message does not update the row of its conversation, which would flush another page per message.
 * Appending other entries does. So the current values are the maximum of both.
 */
export const newestEntry: string = `LEFT JOIN entries n ON n.conversation_row_id = c.row_id
  AND n.seq = (SELECT max(seq) FROM entries WHERE conversation_row_id = c.row_id)`
export const conversationTables: string = `conversations c ${newestEntry}`

export const conversationColumns: string = `c.row_id, c.bot_row_id, c.id, c.owner_row_id, c.creation_order,
  c.created_at,
  CASE n.kind WHEN ${kindCode('message_created')} THEN max(c.updated_at, n.created_at) ELSE c.updated_at END
    AS updated_at,
  max(c.last_seq, coalesce(n.seq, 0)) AS last_seq, max(c.last_entry_at, coalesce(n.created_at, 0)) AS last_entry_at`
