import type { DatabaseSync } from 'node:sqlite'
import { LRUCache } from 'lru-cache'
import type { ListedMessage, Membership, Page, PageQuery } from '../../domain/queries.ts'
import { pageJson } from '../../wire/page.ts'
import { messageJson } from '../../wire/render.ts'
import { createBoundedRead, defaultMaxBytes, createSnapshot } from './bounded-read.ts'
import { conversationExists, noPendingDeletions, userExists } from './deletion-conditions.ts'
import { createBotIds, prepareArrays, type BotIds } from './rows.ts'
import { kindCode } from './schema.ts'

/** A message of a known conversation: the most requested list needs no joins. */
type MessageRow = [
  seq: number,
  createdAt: number,
  userRowId: number,
  payload: string,
  metadata: string | null,
]

/** In the order of `MessageRow`. */
function buildMessageColumns(text: (column: string) => string): string {
  return `seq, created_at, user_row_id, ${text('payload')}, ${text('metadata')}`
}

function messageBytes(row: MessageRow): number {
  return row[3].length + (row[4]?.length ?? 0)
}

function hasEmptyMessageText(row: MessageRow): boolean {
  return row[3] === '' || row[4] === ''
}

/** The number of entries that one read searches. Long stretches of a log may contain no visible message. */
const maxSearchedEntries = 20_000
const maxCachedUserIds = 10_000

/** Reads messages of a conversation, newest first. Call it in a snapshot. */
export type ReadMessages = (conversation: Membership['conversation'], query: PageQuery) => Page<ListedMessage>

export function createMessageReader(database: DatabaseSync, botIds: BotIds): ReadMessages {
  const read = createBoundedRead<MessageRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT ${buildMessageColumns(text)} FROM entries
        WHERE conversation_row_id = ?1 AND seq < ?2 AND seq >= ?3 AND kind = ${kindCode('message_created')}
          AND ${deletions.entryIsVisible('entries')} AND ${deletions.conversationExists('?1')}
        ORDER BY seq DESC LIMIT ?4`,
    valueCount: 3,
    rowBytes: messageBytes,
    hasEmptyText: hasEmptyMessageText,
  })
  const lastBefore = prepareArrays(
    database,
    'SELECT max(seq) FROM entries WHERE conversation_row_id = ? AND seq < ?',
  )
  /** The cursor just after the newest entry below a `seq`; undefined if there is none. */
  const cursorBelow = (conversationRowId: number, seq: number): number | undefined => {
    const [last] = lastBefore.get(conversationRowId, seq) as unknown as [last: number | null]
    return last === null ? undefined : last + 1
  }
  const selectUserId = database.prepare('SELECT id FROM users WHERE row_id = ?')
  /** By row id. Row ids are never reused, so cached ids stay valid. */
  const userIds = new LRUCache<number, string>({ max: maxCachedUserIds })
  /** Empty if the user was deleted. */
  const userId = (userRowId: number): string => {
    const cached = userIds.get(userRowId)
    if (cached !== undefined) return cached
    const id = String(selectUserId.get(userRowId)?.['id'] ?? '')
    userIds.set(userRowId, id)
    return id
  }

  return (conversation, { cursor, limit, maxBytes = defaultMaxBytes }) => {
    const { rowId } = conversation
    const end = cursor ?? cursorBelow(rowId, Number.MAX_SAFE_INTEGER) ?? 0
    const start = end - maxSearchedEntries
    const { items, hasMore } = read([rowId, end, start], { limit, maxBytes, rows: limit + 1 })
    // Skips every `seq` without an entry.
    const nextCursor = hasMore ? undefined : cursorBelow(rowId, start)
    const { idTag } = botIds(conversation.botRowId)
    return {
      items: items.map(([seq, createdAt, userRowId, payload, metadata]) => ({
        conversationRowId: rowId,
        conversationId: conversation.id,
        seq,
        tag: idTag({ conversationRowId: rowId, seq }),
        createdAt,
        userId: userId(userRowId),
        payload,
        metadata: metadata ?? undefined,
      })),
      hasMore: hasMore || nextCursor !== undefined,
      nextCursor,
    }
  }
}

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
  const selectAccess = prepareArrays(
    database,
    `SELECT ${noPendingDeletions} OR (${conversationExists('?1')} AND ${userExists('?2')})
      FROM participants WHERE conversation_row_id = ?1 AND user_row_id = ?2 AND has_left = 0`,
  )
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
