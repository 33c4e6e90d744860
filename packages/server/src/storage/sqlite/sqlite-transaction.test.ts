import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'

test('a cached access contains no fields of the user, however large they are', () => {
  using database = new DatabaseSync(':memory:')
  prepareSchema(database)
  let key = 0
  const tx = createSqliteTransaction(database, () => ++key)
  tx.begin(1)
  const bot = tx.registerBot({ webhookId: 'demo', userId: 'bot_demo', fields: '{}' })
  const owner = tx.insertUser(bot, { id: 'ann', fields: JSON.stringify({ name: 'n'.repeat(1024 * 1024) }) })
  const { key: conversationKey } = tx.insertConversation(bot, { id: 'c', owner })

  const read = tx.access(bot, 'ann', 'c')
  const remembered = tx.access(bot, 'ann', 'c')

  expect(remembered).toBe(read)
  expect(read).toEqual({
    user: { key: owner.key, id: 'ann', keyNonce: owner.keyNonce },
    conversation: {
      key: conversationKey,
      botKey: bot.key,
      id: 'c',
      ownerKey: owner.key,
      made: 1024,
      createdAt: 1,
      updatedAt: 1,
      head: 0,
      headAt: 1,
    },
    isParticipant: true,
  })
})
