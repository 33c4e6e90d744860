import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createConversation } from '../../domain/conversation-commands.ts'
import { createMessage, deleteMessage } from '../../domain/entry-commands.ts'
import { registerBot } from '../../domain/user-commands.ts'
import { messageId } from '../../wire/ids.ts'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'

test('a cached access does not contain the profile fields of the user', () => {
  using database = new DatabaseSync(':memory:')
  prepareSchema(database)
  let lastRowId = 0
  const tx = createSqliteTransaction(database, () => ++lastRowId)
  tx.begin(1)
  const bot = registerBot(tx, { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  const owner = tx.insertUser(bot, {
    id: 'ann',
    fieldsJson: JSON.stringify({ name: 'n'.repeat(1024 * 1024) }),
  })
  const { rowId: conversationRowId } = tx.insertConversation(bot, { id: 'c', owner })

  const read = tx.access(bot, 'ann', 'c')
  const cached = tx.access(bot, 'ann', 'c')

  expect(cached).toBe(read)
  expect(read).toEqual({
    user: { rowId: owner.rowId, id: 'ann', keyNonce: owner.keyNonce },
    conversation: {
      rowId: conversationRowId,
      botRowId: bot.rowId,
      id: 'c',
      ownerRowId: owner.rowId,
      creationOrder: 1024,
      createdAt: 1,
      updatedAt: 1,
      lastSeq: 0,
      lastEntryAt: 1,
    },
    isParticipant: true,
  })
})

test('INV-3: numbers continue even if the end of the log is not cached, and its newest entry was deleted', () => {
  using database = new DatabaseSync(':memory:')
  prepareSchema(database)
  let lastRowId = 0
  const openTransaction = () => {
    const tx = createSqliteTransaction(database, () => ++lastRowId)
    tx.begin(1)
    return tx
  }
  const first = openTransaction()
  const bot = registerBot(first, { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  const user = first.insertUser(bot, { id: 'ann', fieldsJson: '{}' })
  const caller = { bot, userId: 'ann' }
  createConversation(first, { caller, id: 'c' })
  const message = createMessage(first, { caller, conversationId: 'c', payload: '{}', metadata: undefined })

  const second = openTransaction()
  deleteMessage(second, { caller, id: messageId(message) })

  expect(second.changes).toMatchObject([
    { type: 'appended', entry: { kind: 'message_deleted', userRowId: user.rowId, seq: message.seq + 1 } },
  ])
})

test('INV-3: numbers continue even if an access is cached longer than the end of its log', () => {
  using database = new DatabaseSync(':memory:')
  prepareSchema(database)
  let lastRowId = 0
  const tx = createSqliteTransaction(database, () => ++lastRowId)
  tx.begin(1)
  database.exec('BEGIN')
  const bot = registerBot(tx, { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  const user = tx.insertUser(bot, { id: 'ann', fieldsJson: '{}' })
  const caller = { bot, userId: 'ann' }
  const conversation = createConversation(tx, { caller, id: 'c' })
  const send = () => createMessage(tx, { caller, conversationId: 'c', payload: '{}', metadata: undefined })
  const before = [send(), send()]
  // More than the caches hold.
  for (let rowId = 1e6; rowId < 1e6 + 20_001; rowId++)
    tx.append({ ...conversation, rowId }, { kind: 'message_created', user, payload: '{}' })

  expect(send()).toMatchObject({ seq: 4, createdAt: (before[1]?.createdAt ?? 0) + 1 })
})
