import { expect, test } from 'vitest'
import { openSqliteStorage } from '../storage/sqlite/sqlite-storage.ts'
import type { Storage } from '../storage/storage.ts'
import { listMessages } from './entry-handlers.ts'
import type { RequestContext } from './handler.ts'

test('who was removed at this moment is refused, and is not shown an empty list, though their place is remembered', async () => {
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
  const place = await storage.queries.membership(bot, 'ben', 'c')
  // The commit has reached the disk, and this thread has not heard of it yet.
  const behind: Storage = { ...storage, queries: { ...storage.queries, membership: async () => place } }
  const call = {
    caller: ben,
    params: { conversationId: 'c' },
    query: {},
    storage: behind,
  } as unknown as RequestContext<unknown, object>

  const before = await listMessages(call)
  await storage.execute('removeParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
  const removed = listMessages(call)

  expect(before).toBe('{"messages":[],"meta":{}}')
  await expect(removed).rejects.toMatchObject({ type: 'Forbidden' })
  await storage.close()
})
