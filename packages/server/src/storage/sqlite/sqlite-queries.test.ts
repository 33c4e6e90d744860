import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { BotRecord, ConversationRecord } from '../../domain/records.ts'
import { registerBot } from '../../domain/user-commands.ts'
import { createMessageReader } from './message-pages.ts'
import { createBotIds } from './rows.ts'
import { kindCode, prepareSchema } from './schema.ts'
import { createSqliteQueries } from './sqlite-queries.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'
import { createTurnQueries } from './turn-queries.ts'

/** More entries than a single read searches. */
const eventCount = 45_000

/** A conversation with a message, then many events, then another message. */
function createLongLog(database: DatabaseSync): { bot: BotRecord; conversation: ConversationRecord } {
  prepareSchema(database)
  let lastRowId = 0
  const tx = createSqliteTransaction(database, () => ++lastRowId)
  tx.begin(1)
  const bot = registerBot(tx, { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  const user = tx.insertUser(bot, { id: 'ann', fieldsJson: '{}' })
  const conversation = tx.insertConversation(bot, { id: 'c', owner: user })
  tx.append(conversation, { kind: 'message_created', user, payload: '"first"' })
  const insert = database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, 1, ?, NULL, NULL, NULL)')
  for (let seq = 2; seq < 2 + eventCount; seq++)
    insert.run(seq, conversation.rowId, seq, kindCode('event_created'), user.rowId, '{}')
  const last = 2 + eventCount
  insert.run(last, conversation.rowId, last, kindCode('message_created'), user.rowId, '"last"')
  return { bot, conversation }
}

test('a page of messages searches a bounded part of the log, and returns the cursor to continue from', () => {
  using database = new DatabaseSync(':memory:')
  const { conversation } = createLongLog(database)
  const read = createMessageReader(database, createBotIds(database))

  const pages = [read(conversation, { cursor: undefined, limit: 20 })]
  for (let end = pages[0]?.nextCursor; end !== undefined; end = pages.at(-1)?.nextCursor)
    pages.push(read(conversation, { cursor: end, limit: 20 }))

  expect(pages.map(({ items }) => items.map(({ payload }) => payload))).toEqual([['"last"'], [], ['"first"']])
  expect(pages.map(({ hasMore }) => hasMore)).toEqual([true, true, false])
})

test('a byte limit applies to all parts of a long log together', async () => {
  using database = new DatabaseSync(':memory:')
  const { conversation } = createLongLog(database)
  const queries = createSqliteQueries(database, { read: async () => undefined, close: async () => {} })
  const read = async (maxBytes: number): Promise<string[]> => {
    const messages = await queries.messages(conversation, { cursor: undefined, limit: 20, maxBytes })
    return messages.map(({ payload }) => payload)
  }

  expect(await read(100)).toEqual(['"last"', '"first"'])
  expect(await read(6)).toEqual(['"last"'])
})

test('the next turn of a bot is found even after thousands of other entries', async () => {
  using database = new DatabaseSync(':memory:')
  const { bot, conversation } = createLongLog(database)
  const filter = { kinds: ['message_created'] as const, after: 0, backlog: { upTo: 0, since: 0 } }

  const turn = await createTurnQueries(database).nextTurn(bot, filter, {
    conversationRowId: conversation.rowId,
    seq: 1,
  })

  expect(turn).toMatchObject({ seq: 2 + eventCount, bytes: 6 })
})
