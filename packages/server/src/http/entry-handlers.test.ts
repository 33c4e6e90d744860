import { expect, test } from 'vitest'
import type { Storage } from '../domain/storage.ts'
import { openSqliteStorage } from '../storage/sqlite/sqlite-storage.ts'
import { listMessages } from './entry-handlers.ts'
import type { RequestContext } from './request-context.ts'

test('rejects a listing right after the removal of the user, even if their membership is still cached', async () => {
  const storage = await openSqliteStorage({ path: ':memory:' })
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const [ann, ben] = [
    { bot, userId: 'ann' },
    { bot, userId: 'ben' },
  ]
  for (const { userId } of [ann, ben]) await storage.execute('createUser', { bot, id: userId, fields: {} })
  await storage.execute('createConversation', { caller: ann, id: 'c' })
  await storage.execute('addParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
  const membership = await storage.queries.membership(bot, 'ben', 'c')
  // The removal is committed, but the cache of this thread is still outdated.
  const outdated: Storage = {
    ...storage,
    queries: { ...storage.queries, membership: async () => membership },
  }
  const context = {
    caller: ben,
    params: { conversationId: 'c' },
    query: {},
    storage: outdated,
  } as unknown as RequestContext<unknown, object>

  const before = await listMessages(context)
  await storage.execute('removeParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
  const removed = listMessages(context)

  expect(before).toBe('{"messages":[],"meta":{}}')
  await expect(removed).rejects.toMatchObject({ type: 'Forbidden' })
  await storage.close()
})
