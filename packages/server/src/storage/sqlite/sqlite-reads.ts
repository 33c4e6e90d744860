import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { positionOfId } from '../../domain/positions.ts'
import type { ListedMessage, Reads } from '../../domain/reads.ts'
import type { Effect, Entry } from '../../domain/records.ts'
import { accessOf, accessQuery, type AccessRow } from './access-rows.ts'
import { createBotIds } from './bot-ids.ts'
import { createBoundedRead } from './bounded-read.ts'
import { defaultMaxBytes, replayBytes, takeWithin } from './bounded-rows.ts'
import { conversationColumns, conversationTables, newestEntry } from './conversation-rows.ts'
import { conversationIsThere, entryIsThere, ownerIsThere } from './deletions-table.ts'
import { kindCode } from './entry-kinds.ts'
import {
  entryBytes,
  entryColumns,
  entryColumnsOf,
  entryOf,
  entryTables,
  entryTablesOf,
  hasEmptyEntryText,
  type EntryRow,
} from './entry-rows.ts'
import { createMessageSlices } from './message-slices.ts'
import { missedOf, missedQuery } from './missed.ts'
import type { PageReader } from './page-reader.ts'
import { createPlaces } from './places.ts'
import { conversationOf, required, userOf } from './rows.ts'
import { createSnapshot } from './snapshot.ts'
import { createTurnReads } from './turn-reads.ts'
import { createUserLog, newestSequence } from './user-log.ts'

const kinds = {
  message: kindCode('message_created'),
  event: kindCode('event_created'),
}
const maxLookalikes = 100

export interface SqliteReads extends Reads {
  /** To be told of all that was committed, before anyone is answered. */
  onCommit(effects: readonly Effect[]): void
}

export function createSqliteReads(database: DatabaseSync, pages: PageReader): SqliteReads {
  const sql = prepareStatements(database)
  const botIds = createBotIds(database)
  const inSnapshot = createSnapshot(database)
  const readMessages = createMessageSlices(database, botIds)
  const readEntriesAfter = createBoundedRead<EntryRow>(database, {
    sql: ({ text, deletions }) =>
      `SELECT ${entryColumnsOf(text)} FROM ${entryTablesOf(deletions)}
        WHERE e.conversation_key = ?1 AND e.number > ?2 ORDER BY e.number LIMIT ?3`,
    valueCount: 2,
    bytesOf: entryBytes,
    hasEmptyText: hasEmptyEntryText,
  })
  const places = createPlaces((botKey, userId, conversationId) => {
    const row = sql.place.get(conversationId, botKey, userId) as PlaceRow | undefined
    if (!row) return undefined
    const [key, keyNonce, conversationKey] = row
    const conversation = { key: conversationKey, botKey, id: conversationId }
    return { user: { key, keyNonce: keyNonce ?? undefined }, conversation }
  })
  const entries = (statement: StatementSync, ...values: (number | string)[]): Entry[] =>
    (statement.all(...values) as unknown as EntryRow[]).map((row) => entryOf(row, botIds))

  return {
    user: async (bot, id) => userOf(sql.user.get(bot.key, id)),
    hasUsers: async (bot) => sql.anyUser.get(bot.key, bot.userKey) !== undefined,
    userByKey: async (key) => userOf(sql.userByKey.get(key)),

    access: async (bot, userId, conversationId) =>
      accessOf(sql.access.get(conversationId, bot.key, userId) as AccessRow | undefined),
    place: async (bot, userId, conversationId) => places.find(bot.key, userId, conversationId),
    conversationLike: async (bot, user, path) =>
      conversationOf(sql.conversationLike.get(user.key, bot.key, path)),
    entryAccess: async (bot, userId, { kind, id }) => {
      const { conversationKey, number } =
        positionOfId(kind, id, botIds(bot.key).tagOf) ?? ({ conversationKey: 0, number: 0 } as const)
      const access = accessOf(sql.accessByKey.get(conversationKey, bot.key, userId) as AccessRow | undefined)
      const [entry] = access?.conversation ? entries(sql.entry, conversationKey, number, kinds[kind]) : []
      return access && { user: access.user, entry, isParticipant: access.isParticipant }
    },

    conversations: async (user, { beyond, limit }) => {
      const rows = sql.conversations.all(user.key, beyond ?? Number.MAX_SAFE_INTEGER, limit + 1)
      const items = rows.map((row) => [required(conversationOf(row)), Number(row['made'])] as const)
      return { items: items.slice(0, limit), hasMore: items.length > limit }
    },
    messages: async (conversation, slice) => {
      const messages: ListedMessage[] = []
      let { maxBytes = defaultMaxBytes } = slice
      for (let beyond = slice.beyond, isLast = false; !isLast;) {
        const rest = { ...slice, beyond, limit: slice.limit - messages.length, maxBytes }
        const { items, end } = inSnapshot(() => readMessages(conversation, rest))
        messages.push(...items)
        for (const { payload, metadata } of items) maxBytes -= payload.length + (metadata?.length ?? 0)
        isLast = end === undefined || maxBytes <= 0
        beyond = end
        if (!isLast) await nextTurn()
      }
      return messages
    },
    messagePage: async (place, slice) => pages.read({ place, slice }),
    participants: async (conversation, { beyond, limit, maxBytes = defaultMaxBytes }) => {
      const rows = sql.participants.iterate(conversation.key, beyond ?? -1, limit + 1)
      const { items, hasMore } = takeWithin(rows, { limit, maxBytes }, (row) => String(row['fields']).length)
      return {
        items: items.map((row) => [required(userOf(row)), Number(row['joined'])] as const),
        hasMore,
      }
    },
    participant: async (conversation, userId) =>
      userOf(sql.participant.get(conversation.botKey, userId, conversation.key)),

    conversation: async (bot, id) => conversationOf(sql.conversation.get(bot.key, id)),
    conversationByKey: async (key) => conversationOf(sql.conversationByKey.get(key)),
    entry: async (conversationKey, number) => entries(sql.anyEntry, conversationKey, number)[0],
    entriesAfter: async (conversationKey, number, limit) => {
      const limits = { limit, maxBytes: replayBytes, rows: limit }
      const { items } = inSnapshot(() => readEntriesAfter([conversationKey, number], limits))
      return items.map((row) => entryOf(row, botIds))
    },
    numberOf: async ({ key, botKey }, id) => {
      const { tagOf } = botIds(botKey)
      for (const kind of ['message', 'event'] as const) {
        const position = positionOfId(kind, id, tagOf)
        if (position?.conversationKey !== key) continue
        return sql.hasEntry.get(key, position.number, kinds[kind]) && position.number
      }
      return undefined
    },
    missedSince: async (conversationKey, number, limit) =>
      missedOf(sql.missedSince.get(conversationKey, number, limit), limit),
    isStreamClosed: async (conversationKey, number, streamId) =>
      sql.closing.get(conversationKey, number, streamId) !== undefined,

    newestSequence: async () => Number(sql.newestSequence.get()?.['sequence'] ?? 0),
    onCommit: (effects) => {
      places.onCommit(effects)
    },

    ...createUserLog(database, botIds),
    ...createTurnReads(database),
  }
}

type PlaceRow = [userKey: number, keyNonce: string | null, conversationKey: number]

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
      `SELECT u.key, u.key_nonce, c.key FROM users u JOIN conversations c ON c.bot_key = u.bot_key AND c.id = ? AND ${ownerIsThere('c')}
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
        ${newestEntry} WHERE ${ownerIsThere('c')} LIMIT 1`,
    ),
    conversations: prepare(
      `SELECT ${conversationColumns} FROM participants p JOIN conversations c ON c.key = p.conversation_key
        ${newestEntry} WHERE p.user_key = ? AND p.made < ? AND p.has_left = 0 AND ${ownerIsThere('c')}
        ORDER BY p.made DESC LIMIT ?`,
    ),
    participants: prepare(
      `SELECT ${userColumns}, p.joined FROM participants p JOIN users u ON u.key = p.user_key
        WHERE p.conversation_key = ?1 AND p.joined > ?2 AND p.has_left = 0 AND ${conversationIsThere('?1')}
        ORDER BY p.joined LIMIT ?3`,
    ),
    participant: prepare(
      `SELECT ${userColumns} FROM users u JOIN participants p ON p.user_key = u.key
        WHERE u.bot_key = ? AND u.id = ? AND p.conversation_key = ? AND p.has_left = 0`,
    ),

    conversation: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.bot_key = ? AND c.id = ? AND ${ownerIsThere('c')}`,
    ),
    conversationByKey: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.key = ? AND ${ownerIsThere('c')}`,
    ),

    entry: prepareEntries('WHERE e.conversation_key = ? AND e.number = ? AND e.kind = ?'),
    anyEntry: prepareEntries('WHERE e.conversation_key = ? AND e.number = ?'),
    hasEntry: prepare(
      `SELECT 1 FROM entries WHERE conversation_key = ? AND number = ? AND kind = ? AND ${entryIsThere('entries')}`,
    ),
    missedSince: prepare(
      missedQuery(
        'SELECT kind, user_key, created_at FROM entries WHERE conversation_key = ?1 AND number > ?2 ORDER BY number',
      ),
    ),
    closing: prepare('SELECT 1 FROM entries WHERE conversation_key = ? AND number > ? AND stream_id = ?'),
    newestSequence: prepare(newestSequence),
  }
}
