import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { temporaryFolder } from './support/child-server.ts'
import { connectWithoutRetry, sendTexts } from './support/test-client.ts'

const secret = 'a secret of the user'

/** Whether any file of the database contains the secret. */
function isInFiles(data: string): boolean {
  return [data, `${data}-wal`].some((file) => existsSync(file) && readFileSync(file).includes(secret))
}

/** Creates two users in a conversation. The message and the name of the second contain the secret. */
async function createSecretMessage(server: TestServer) {
  const [ann, bob] = await Promise.all([connectWithoutRetry(server.url), connectWithoutRetry(server.url)])
  await ann.createConversation({ id: 'c' })
  await ann.addParticipant({ conversationId: 'c', userId: bob.user.id })
  await bob.updateUser({ name: secret })
  const payload = { type: 'text', text: `${secret} ${'x'.repeat(10_000)}` } as const
  const { message } = await bob.createMessage({ conversationId: 'c', payload, metadata: { secret } })
  await sendTexts(ann, 'c', 'after it')
  return { ann, bob, message }
}

type Fixture = Awaited<ReturnType<typeof createSecretMessage>>

test.for<[string, (fixture: Fixture) => Promise<unknown>]>([
  [
    'message',
    async ({ bob, message }) => {
      await bob.updateUser({ name: 'Bob' })
      await bob.deleteMessage({ id: message.id })
    },
  ],
  [
    'conversation',
    async ({ ann, bob }) => {
      await bob.updateUser({ name: 'Bob' })
      await ann.deleteConversation({ id: 'c' })
    },
  ],
  ['user', ({ bob }) => bob.deleteUser({})],
])(
  'INV-14: the text of a deleted %s is removed from all files while the server runs',
  async ([, deleteContent]) => {
    using folder = temporaryFolder()
    const data = folder.file('parley.db')
    await using server = await startTestServer({ data })
    const fixture = await createSecretMessage(server)
    expect(isInFiles(data)).toBe(true)

    await deleteContent(fixture)

    await expect.poll(() => isInFiles(data), { timeout: 10_000 }).toBe(false)
    expect((await fixture.ann.getUser()).user.id).toBe(fixture.ann.user.id)
  },
)

test('shortly after the last write, the database file is complete without its write-ahead log', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  await using server = await startTestServer({ data })
  await createSecretMessage(server)

  await expect.poll(() => statSync(`${data}-wal`).size, { timeout: 10_000 }).toBe(0)
  const copy = folder.file('copy.db')
  copyFileSync(data, copy)

  using database = new DatabaseSync(copy)
  const { text } =
    database.prepare('SELECT payload AS text FROM entries WHERE payload LIKE ?').get('%after it%') ?? {}
  expect(text).toBe('{"type":"text","text":"after it"}')
})

test('the file of a new database contains the tables', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  await using server = await startTestServer({ data })

  const copy = folder.file('copy.db')
  copyFileSync(data, copy)

  expect(server.streams).toBe(0)
  using database = new DatabaseSync(copy)
  expect(database.prepare('SELECT count(*) AS count FROM users').get()).toEqual({
    count: expect.any(Number) as number,
  })
})
