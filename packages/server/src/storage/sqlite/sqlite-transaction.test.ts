import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'

test('a cached access does not contain the profile fields of the user', () => {
  using database = new DatabaseSync(':memory:')
  prepareSchema(database)
  let lastRowId = 0
  const tx = createSqliteTransaction(database, () => ++lastRowId)
  tx.begin(1)
  const bot = tx.registerBot({ webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
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
