import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { openSqliteStorage } from '../src/storage/sqlite/sqlite-storage.ts'
import { startTestServer } from '../src/testing/index.ts'
import { temporaryFolder } from './support/child-server.ts'
import { connectWithoutRetry, sendTexts } from './support/test-client.ts'

test('users from older versions with names and picture URLs over the limit can be read and updated', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const encryptionKey = 'x'.repeat(32)
  const fields = { name: 'n'.repeat(500_000), pictureUrl: 'u'.repeat(500_000), profile: 'p'.repeat(2_000) }
  const storage = await openSqliteStorage({ path: data })
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  await storage.execute('createUser', { bot, id: 'ann', fields })
  await storage.close()
  await using server = await startTestServer({ data, encryptionKey })

  const ann = await connectWithoutRetry(server.url, await signUserKey({ userId: 'ann', encryptionKey }))
  const { conversation } = await ann.createConversation({})
  await sendTexts(ann, conversation.id, 'hello')
  const { participants } = await ann.listParticipants({ conversationId: conversation.id })
  const { user: updated } = await ann.updateUser({ profile: 'short' })
  const { user: renamed } = await ann.updateUser({ name: 'Ann' })

  expect(ann.user).toMatchObject({ id: 'ann', ...fields })
  expect(participants).toMatchObject([fields])
  expect(updated).toMatchObject({ ...fields, profile: 'short' })
  expect(renamed).toMatchObject({ ...fields, profile: 'short', name: 'Ann' })
})
