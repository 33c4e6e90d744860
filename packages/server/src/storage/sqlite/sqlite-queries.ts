import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { ListedMessage, Membership, Queries } from '../../domain/queries.ts'
import type { Change, LogEntry } from '../../domain/records.ts'
import { decodeEntryId } from '../../wire/ids.ts'
import {
  createBoundedRead,
  defaultMaxBytes,
  maxReplayBytes,
  takeRows,
  toEntryCount,
  countAfterQuery,
  createSnapshot,
} from './bounded-read.ts'
import { conversationExists, entryIsVisible, ownerExists } from './deletion-conditions.ts'
import { createMessageReader } from './message-pages.ts'
import type { PageReader } from './page-reader.ts'
import {
  toAccess,
  accessQuery,
  type AccessRow,
  createBotIds,
  conversationColumns,
  conversationTables,
  newestEntry,
  buildEntryColumns,
  buildEntryTables,
  entryBytes,
  entryColumns,
  entryTables,
  hasEmptyEntryText,
  toEntry,
  type EntryRow,
  toConversation,
  requireRow,
  toUser,
  prepareArrays,
} from './rows.ts'
import { kindCode } from './schema.ts'
import { createTurnQueries } from './turn-queries.ts'
import { createUserLog, latestSequenceQuery } from './user-log.ts'

const kinds = {
  message: kindCode('message_created'),
  event: kindCode('event_created'),
}
/** Limits the search for a conversation by raw path. */
const maxPathCandidates = 100
const maxCachedMemberships = 20_000

export interface SqliteQueries extends Queries {
  /** Call it after each commit, before responses are sent: it invalidates cached memberships. */
  onCommit(changes: readonly Change[]): void
}

export function createSqliteQueries(database: DatabaseSync, pages: PageReader): SqliteQueries {
  const sql = prepareStatements(database)
  const botIds = createBotIds(database)
  const inSnapshot = createSnapshot(database)
  const readMessages = createMessageReader(database, botIds)
  const selectEntriesAfter = createBoundedRead<EntryRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT ${buildEntryColumns(text)} FROM ${buildEntryTables(deletions)}
        WHERE e.conversation_row_id = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3`,
    valueCount: 2,
    rowBytes: entryBytes,
    hasEmptyText: hasEmptyEntryText,
  })
  /** Until a commit may end one. Caches positive results only. */
  const memberships = new LRUCache<string, Membership>({ max: maxCachedMemberships })
  const allEntries = (statement: StatementSync, ...values: (number | string)[]): LogEntry[] =>
    (statement.all(...values) as unknown as EntryRow[]).map((row) => toEntry(row, botIds))

  return {
    user: async (bot, id) => toUser(sql.user.get(bot.rowId, id)),
    hasUsers: async (bot) => sql.anyUser.get(bot.rowId, bot.userRowId) !== undefined,
    userByRowId: async (rowId) => toUser(sql.userByRowId.get(rowId)),

    access: async (bot, userId, conversationId) =>
      toAccess(sql.access.get(conversationId, bot.rowId, userId) as AccessRow | undefined),
    membership: async ({ rowId: botRowId }, userId, conversationId) => {
      // Ids contain no spaces, so keys are unique.
      const key = `${botRowId} ${userId} ${conversationId}`
      const cached = memberships.get(key)
      if (cached) return cached
      const row = sql.membership.get(conversationId, botRowId, userId) as MembershipRow | undefined
      if (!row) return undefined
      const [rowId, keyNonce, conversationRowId] = row
      const conversation = { rowId: conversationRowId, botRowId, id: conversationId }
      const membership = { user: { rowId, keyNonce: keyNonce ?? undefined }, conversation }
      memberships.set(key, membership)
      return membership
    },
    conversationByRawPath: async (bot, user, path) =>
      toConversation(sql.conversationByRawPath.get(user.rowId, bot.rowId, path)),
    entryAccess: async (bot, userId, { kind, id }) => {
      const { conversationRowId, seq } =
        decodeEntryId(kind, id, botIds(bot.rowId).idTag) ?? ({ conversationRowId: 0, seq: 0 } as const)
      const access = toAccess(
        sql.accessByRowId.get(conversationRowId, bot.rowId, userId) as AccessRow | undefined,
      )
      const [entry] = access?.conversation
        ? allEntries(sql.entryOfKind, conversationRowId, seq, kinds[kind])
        : []
      return access && { user: access.user, entry, isParticipant: access.isParticipant }
    },

    conversations: async (user, { cursor = Number.MAX_SAFE_INTEGER, limit }) => {
      const rows = sql.conversations.all(user.rowId, cursor, limit + 1)
      const items = rows.map(
        (row) => [requireRow(toConversation(row)), Number(row['creation_order'])] as const,
      )
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
    messagePage: async (membership, query) => pages.read({ membership, query }),
    participants: async (conversation, { cursor = -1, limit, maxBytes = defaultMaxBytes }) => {
      const rows = sql.participants.iterate(conversation.rowId, cursor, limit + 1)
      const { items, hasMore } = takeRows(rows, { limit, maxBytes }, (row) => String(row['fields']).length)
      return {
        items: items.map((row) => [requireRow(toUser(row)), Number(row['joined_seq'])] as const),
        hasMore,
      }
    },
    participant: async (conversation, userId) =>
      toUser(sql.participant.get(conversation.botRowId, userId, conversation.rowId)),

    conversation: async (bot, id) => toConversation(sql.conversation.get(bot.rowId, id)),
    conversationByRowId: async (rowId) => toConversation(sql.conversationByRowId.get(rowId)),
    entry: async (conversationRowId, seq) => allEntries(sql.entry, conversationRowId, seq)[0],
    entriesAfter: async (conversationRowId, seq, limit) => {
      const limits = { limit, maxBytes: maxReplayBytes, rows: limit }
      const { items } = inSnapshot(() => selectEntriesAfter([conversationRowId, seq], limits))
      return items.map((row) => toEntry(row, botIds))
    },
    findSeq: async ({ rowId, botRowId }, id) => {
      const { idTag } = botIds(botRowId)
      for (const kind of ['message', 'event'] as const) {
        const position = decodeEntryId(kind, id, idTag)
        if (position?.conversationRowId !== rowId) continue
        return sql.hasEntry.get(rowId, position.seq, kinds[kind]) && position.seq
      }
      return undefined
    },
    countAfter: async (conversationRowId, seq, limit) =>
      toEntryCount(sql.countAfter.get(conversationRowId, seq, limit), limit),
    isStreamClosed: async (conversationRowId, seq, streamId) =>
      sql.streamEnd.get(conversationRowId, seq, streamId) !== undefined,

    latestSequence: async () => Number(sql.latestSequence.get()?.['sequence'] ?? 0),
    onCommit: (changes) => {
      if (changes.some(endsMembership)) memberships.clear()
    },

    ...createUserLog(database, botIds),
    ...createTurnQueries(database),
  }
}

function endsMembership(change: Change): boolean {
  return change.type !== 'appended' || change.entry.kind === 'participant_removed'
}

type MembershipRow = [userRowId: number, keyNonce: string | null, conversationRowId: number]

const userColumns = 'u.row_id, u.id, u.fields, u.created_at, u.updated_at, u.key_nonce'

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const arrays = (text: string): StatementSync => prepareArrays(database, text)
  const prepareEntries = (rest: string): StatementSync =>
    arrays(`SELECT ${entryColumns} FROM ${entryTables} ${rest}`)
  return {
    user: prepare(`SELECT ${userColumns} FROM users u WHERE u.bot_row_id = ? AND u.id = ?`),
    anyUser: prepare('SELECT 1 FROM users WHERE bot_row_id = ? AND row_id <> ? LIMIT 1'),
    userByRowId: prepare(`SELECT ${userColumns} FROM users u WHERE u.row_id = ?`),

    access: arrays(accessQuery('id')),
    membership: arrays(
      `SELECT u.row_id, u.key_nonce, c.row_id FROM users u
        JOIN conversations c ON c.bot_row_id = u.bot_row_id AND c.id = ? AND ${ownerExists('c')}
        JOIN participants p ON p.conversation_row_id = c.row_id AND p.user_row_id = u.row_id AND p.has_left = 0
        WHERE u.bot_row_id = ? AND u.id = ?`,
    ),
    accessByRowId: arrays(accessQuery('row_id')),
    // The limit matters only for a bot with many such ids and for clients that rewrite `\` in ids.
    conversationByRawPath: prepare(
      `SELECT ${conversationColumns} FROM (
          SELECT * FROM conversations WHERE bot_row_id = ?2 AND replace(id, '\\', '/') = ?3 AND instr(id, '\\') > 0
            LIMIT ${maxPathCandidates}) c
        JOIN participants p ON p.conversation_row_id = c.row_id AND p.user_row_id = ?1 AND p.has_left = 0
        ${newestEntry} WHERE ${ownerExists('c')} LIMIT 1`,
    ),
    conversations: prepare(
      `SELECT ${conversationColumns} FROM participants p JOIN conversations c ON c.row_id = p.conversation_row_id
        ${newestEntry} WHERE p.user_row_id = ? AND p.creation_order < ? AND p.has_left = 0 AND ${ownerExists('c')}
        ORDER BY p.creation_order DESC LIMIT ?`,
    ),
    participants: prepare(
      `SELECT ${userColumns}, p.joined_seq FROM participants p JOIN users u ON u.row_id = p.user_row_id
        WHERE p.conversation_row_id = ?1 AND p.joined_seq > ?2 AND p.has_left = 0 AND ${conversationExists('?1')}
        ORDER BY p.joined_seq LIMIT ?3`,
    ),
    participant: prepare(
      `SELECT ${userColumns} FROM users u JOIN participants p ON p.user_row_id = u.row_id
        WHERE u.bot_row_id = ? AND u.id = ? AND p.conversation_row_id = ? AND p.has_left = 0`,
    ),

    conversation: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables}
        WHERE c.bot_row_id = ? AND c.id = ? AND ${ownerExists('c')}`,
    ),
    conversationByRowId: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.row_id = ? AND ${ownerExists('c')}`,
    ),

    entryOfKind: prepareEntries('WHERE e.conversation_row_id = ? AND e.seq = ? AND e.kind = ?'),
    entry: prepareEntries('WHERE e.conversation_row_id = ? AND e.seq = ?'),
    hasEntry: prepare(
      `SELECT 1 FROM entries WHERE conversation_row_id = ? AND seq = ? AND kind = ? AND ${entryIsVisible('entries')}`,
    ),
    countAfter: prepare(
      countAfterQuery(
        'SELECT kind, user_row_id, created_at FROM entries WHERE conversation_row_id = ?1 AND seq > ?2 ORDER BY seq',
      ),
    ),
    streamEnd: prepare('SELECT 1 FROM entries WHERE conversation_row_id = ? AND seq > ? AND stream_id = ?'),
    latestSequence: prepare(latestSequenceQuery),
  }
}
