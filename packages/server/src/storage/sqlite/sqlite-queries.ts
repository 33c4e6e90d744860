import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { decodeEntryId } from '../../domain/positions.ts'
import type { ListedMessage, Queries } from '../../domain/queries.ts'
import type { Change, LogEntry } from '../../domain/records.ts'
import { toAccess, accessQuery, type AccessRow } from './access-rows.ts'
import { createBotIds } from './bot-ids.ts'
import { createBoundedRead } from './bounded-read.ts'
import { defaultMaxBytes, maxReplayBytes, takeRows } from './bounded-rows.ts'
import { conversationColumns, conversationTables, newestEntry } from './conversation-rows.ts'
import { toEntryCount, countAfterQuery } from './count-after.ts'
import { conversationExists, entryIsVisible, ownerExists } from './deletions-table.ts'
import { kindCode } from './entry-kinds.ts'
import {
  entryBytes,
  entryColumns,
  buildEntryColumns,
  toEntry,
  entryTables,
  buildEntryTables,
  hasEmptyEntryText,
  type EntryRow,
} from './entry-rows.ts'
import { createMembershipCache } from './membership-cache.ts'
import { createMessageReader } from './message-reader.ts'
import type { PageReader } from './page-reader.ts'
import { toConversation, requireRow, toUser } from './record-rows.ts'
import { createSnapshot } from './snapshot.ts'
import { createTurnQueries } from './turn-queries.ts'
import { createUserLog, latestSequenceQuery } from './user-log.ts'

const kinds = {
  message: kindCode('message_created'),
  event: kindCode('event_created'),
}
const maxLookalikes = 100

export interface SqliteQueries extends Queries {
  /** To be told of all that was committed, before anyone is answered. */
  onCommit(effects: readonly Change[]): void
}

export function createSqliteQueries(database: DatabaseSync, pages: PageReader): SqliteQueries {
  const sql = prepareStatements(database)
  const botIds = createBotIds(database)
  const inSnapshot = createSnapshot(database)
  const readMessages = createMessageReader(database, botIds)
  const selectEntriesAfter = createBoundedRead<EntryRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT ${buildEntryColumns(text)} FROM ${buildEntryTables(deletions)}
        WHERE e.conversation_key = ?1 AND e.number > ?2 ORDER BY e.number LIMIT ?3`,
    valueCount: 2,
    rowBytes: entryBytes,
    hasEmptyText: hasEmptyEntryText,
  })
  const places = createMembershipCache((botRowId, userId, conversationId) => {
    const row = sql.place.get(conversationId, botRowId, userId) as MembershipRow | undefined
    if (!row) return undefined
    const [key, keyNonce, conversationRowId] = row
    const conversation = { rowId: conversationRowId, botRowId, id: conversationId }
    return { user: { rowId: key, keyNonce: keyNonce ?? undefined }, conversation }
  })
  const entries = (statement: StatementSync, ...values: (number | string)[]): LogEntry[] =>
    (statement.all(...values) as unknown as EntryRow[]).map((row) => toEntry(row, botIds))

  return {
    user: async (bot, id) => toUser(sql.user.get(bot.rowId, id)),
    hasUsers: async (bot) => sql.anyUser.get(bot.rowId, bot.userRowId) !== undefined,
    userByRowId: async (key) => toUser(sql.userByKey.get(key)),

    access: async (bot, userId, conversationId) =>
      toAccess(sql.access.get(conversationId, bot.rowId, userId) as AccessRow | undefined),
    membership: async (bot, userId, conversationId) => places.find(bot.rowId, userId, conversationId),
    conversationByRawPath: async (bot, user, path) =>
      toConversation(sql.conversationLike.get(user.rowId, bot.rowId, path)),
    entryAccess: async (bot, userId, { kind, id }) => {
      const { conversationRowId, seq: number } =
        decodeEntryId(kind, id, botIds(bot.rowId).idTag) ?? ({ conversationRowId: 0, seq: 0 } as const)
      const access = toAccess(
        sql.accessByKey.get(conversationRowId, bot.rowId, userId) as AccessRow | undefined,
      )
      const [entry] = access?.conversation ? entries(sql.entry, conversationRowId, number, kinds[kind]) : []
      return access && { user: access.user, entry, isParticipant: access.isParticipant }
    },

    conversations: async (user, { cursor: beyond, limit }) => {
      const rows = sql.conversations.all(user.rowId, beyond ?? Number.MAX_SAFE_INTEGER, limit + 1)
      const items = rows.map((row) => [requireRow(toConversation(row)), Number(row['made'])] as const)
      return { items: items.slice(0, limit), hasMore: items.length > limit }
    },
    messages: async (conversation, query) => {
      const messages: ListedMessage[] = []
      let { cursor, maxBytes = defaultMaxBytes } = query
      for (let isLast = false; !isLast;) {
        const rest = { cursor, limit: query.limit - messages.length, maxBytes }
        const { items, nextCursor } = inSnapshot(() => readMessages(conversation, rest))
        messages.push(...items)
        for (const { payload, metadata } of items) maxBytes -= payload.length + (metadata?.length ?? 0)
        isLast = nextCursor === undefined || maxBytes <= 0
        cursor = nextCursor
        if (!isLast) await nextTurn()
      }
      return messages
    },
    messagePage: async (place, slice) => pages.read({ membership: place, query: slice }),
    participants: async (conversation, { cursor: beyond, limit, maxBytes = defaultMaxBytes }) => {
      const rows = sql.participants.iterate(conversation.rowId, beyond ?? -1, limit + 1)
      const { items, hasMore } = takeRows(rows, { limit, maxBytes }, (row) => String(row['fields']).length)
      return {
        items: items.map((row) => [requireRow(toUser(row)), Number(row['joined'])] as const),
        hasMore,
      }
    },
    participant: async (conversation, userId) =>
      toUser(sql.participant.get(conversation.botRowId, userId, conversation.rowId)),

    conversation: async (bot, id) => toConversation(sql.conversation.get(bot.rowId, id)),
    conversationByRowId: async (key) => toConversation(sql.conversationByKey.get(key)),
    entry: async (conversationRowId, number) => entries(sql.anyEntry, conversationRowId, number)[0],
    entriesAfter: async (conversationRowId, number, limit) => {
      const limits = { limit, maxBytes: maxReplayBytes, rows: limit }
      const { items } = inSnapshot(() => selectEntriesAfter([conversationRowId, number], limits))
      return items.map((row) => toEntry(row, botIds))
    },
    findSeq: async ({ rowId: key, botRowId }, id) => {
      const { idTag } = botIds(botRowId)
      for (const kind of ['message', 'event'] as const) {
        const position = decodeEntryId(kind, id, idTag)
        if (position?.conversationRowId !== key) continue
        return sql.hasEntry.get(key, position.seq, kinds[kind]) && position.seq
      }
      return undefined
    },
    countAfter: async (conversationRowId, number, limit) =>
      toEntryCount(sql.missedSince.get(conversationRowId, number, limit), limit),
    isStreamClosed: async (conversationRowId, number, streamId) =>
      sql.closing.get(conversationRowId, number, streamId) !== undefined,

    latestSequence: async () => Number(sql.newestSequence.get()?.['sequence'] ?? 0),
    onCommit: (effects) => {
      places.onCommit(effects)
    },

    ...createUserLog(database, botIds),
    ...createTurnQueries(database),
  }
}

type MembershipRow = [userRowId: number, keyNonce: string | null, conversationRowId: number]

const userColumns = 'u.key, u.id, u.fields, u.created_at, u.updated_at, u.key_nonce'

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const prepareArrays = (text: string): StatementSync => {
    const statement = prepare(text)
    statement.setReturnArrays(true)
    return statement
  }
  const prepareEntries = (rest: string): StatementSync =>
    prepareArrays(`SELECT ${entryColumns} FROM ${entryTables} ${rest}`)
  return {
    user: prepare(`SELECT ${userColumns} FROM users u WHERE u.bot_key = ? AND u.id = ?`),
    anyUser: prepare('SELECT 1 FROM users WHERE bot_key = ? AND key <> ? LIMIT 1'),
    userByKey: prepare(`SELECT ${userColumns} FROM users u WHERE u.key = ?`),

    access: prepareArrays(accessQuery('id')),
    place: prepareArrays(
      `SELECT u.key, u.key_nonce, c.key FROM users u JOIN conversations c ON c.bot_key = u.bot_key AND c.id = ? AND ${ownerExists('c')}
        JOIN participants p ON p.conversation_key = c.key AND p.user_key = u.key AND p.has_left = 0
        WHERE u.bot_key = ? AND u.id = ?`,
    ),
    accessByKey: prepareArrays(accessQuery('key')),
    // A user with more such ids than this limit only affects clients that rewrite `\` in ids.
    conversationLike: prepare(
      `SELECT ${conversationColumns} FROM (
          SELECT * FROM conversations WHERE bot_key = ?2 AND replace(id, '\\', '/') = ?3 AND instr(id, '\\') > 0
            LIMIT ${maxLookalikes}) c
        JOIN participants p ON p.conversation_key = c.key AND p.user_key = ?1 AND p.has_left = 0
        ${newestEntry} WHERE ${ownerExists('c')} LIMIT 1`,
    ),
    conversations: prepare(
      `SELECT ${conversationColumns} FROM participants p JOIN conversations c ON c.key = p.conversation_key
        ${newestEntry} WHERE p.user_key = ? AND p.made < ? AND p.has_left = 0 AND ${ownerExists('c')}
        ORDER BY p.made DESC LIMIT ?`,
    ),
    participants: prepare(
      `SELECT ${userColumns}, p.joined FROM participants p JOIN users u ON u.key = p.user_key
        WHERE p.conversation_key = ?1 AND p.joined > ?2 AND p.has_left = 0 AND ${conversationExists('?1')}
        ORDER BY p.joined LIMIT ?3`,
    ),
    participant: prepare(
      `SELECT ${userColumns} FROM users u JOIN participants p ON p.user_key = u.key
        WHERE u.bot_key = ? AND u.id = ? AND p.conversation_key = ? AND p.has_left = 0`,
    ),

    conversation: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.bot_key = ? AND c.id = ? AND ${ownerExists('c')}`,
    ),
    conversationByKey: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.key = ? AND ${ownerExists('c')}`,
    ),

    entry: prepareEntries('WHERE e.conversation_key = ? AND e.number = ? AND e.kind = ?'),
    anyEntry: prepareEntries('WHERE e.conversation_key = ? AND e.number = ?'),
    hasEntry: prepare(
      `SELECT 1 FROM entries WHERE conversation_key = ? AND number = ? AND kind = ? AND ${entryIsVisible('entries')}`,
    ),
    missedSince: prepare(
      countAfterQuery(
        'SELECT kind, user_key, created_at FROM entries WHERE conversation_key = ?1 AND number > ?2 ORDER BY number',
      ),
    ),
    closing: prepare('SELECT 1 FROM entries WHERE conversation_key = ? AND number > ? AND stream_id = ?'),
    newestSequence: prepare(latestSequenceQuery),
  }
}
