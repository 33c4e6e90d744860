import { DatabaseSync } from 'node:sqlite'
import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { createServer } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry } from './support/test-client.ts'

test('INV-13: while another program locks the database, writes get 503 and reads work', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const logger = createRecordingLogger()
  await using server = await startTestServer({ data, logger })
  const me = await connectWithoutRetry(server.url)
  const key = me.userKey
  using otherConnection = new DatabaseSync(data)
  otherConnection.exec('BEGIN IMMEDIATE')

  const rejected = await Promise.all([
    sendRequest('PUT', `${server.url}/users/me`, { key, body: { name: 'Ann' } }),
    sendRequest('POST', `${server.url}/conversations`, { key, body: {} }),
  ])
  const read = await sendRequest('GET', `${server.url}/users/me`, { key })
  otherConnection.exec('ROLLBACK')
  const stored = await sendRequest('PUT', `${server.url}/users/me`, { key, body: { name: 'Ann' } })

  expect(rejected.map(({ status }) => status)).toEqual([503, 503])
  expect(rejected.map(({ headers }) => headers.get('retry-after'))).toEqual(['1', '1'])
  expect(rejected[0]?.body).toMatchObject({ type: 'Unavailable' })
  expect([read.status, stored.status]).toEqual([200, 200])
  expect(logger.errors).toEqual([{ problem: 'busy', detail: expect.any(String) as string }])
})

test('a server with a bot closes its database even if another program locks it', async () => {
  using folder = temporaryFolder()
  const options = { data: folder.file('parley.db'), logger: createRecordingLogger() }
  const bots = { demo: { bot: { onMessage: () => {} }, encryptionKey: 'x'.repeat(32) } }
  const chat = await createServer({ ...options, bots })
  {
    using otherConnection = new DatabaseSync(options.data)
    otherConnection.exec('BEGIN IMMEDIATE')
    await chat.close()
  }

  const again = await createServer({ ...options, bots })

  await expect(chat.closed).resolves.toBeUndefined()
  await again.close()
})

/** Limits every file to 4096 blocks of 512 bytes (2 MiB). */
const limitedShell = 'ulimit -f 4096; exec "$0" "$@"'

test('if files cannot grow, writes get 503, reads work, and no acknowledged write is lost', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const limited = await startChildServer(data, { shell: limitedShell })
  const key = await signUserKey({
    userId: 'ann',
    encryptionKey: 'the secret of a bot under test, for its keys',
  })
  const me = await connectWithoutRetry(limited.url, key)
  await me.createConversation({ id: 'c' })
  const body = { conversationId: 'c', payload: { type: 'text', text: 'x'.repeat(300_000) } }
  const send = () =>
    sendRequest<{ message: { id: string } }>('POST', `${limited.url}/messages`, { key, body })

  const acknowledged: string[] = []
  let response = await send()
  for (; response.status === 201; response = await send()) acknowledged.unshift(response.body.message.id)
  const read = await sendRequest('GET', `${limited.url}/users/me`, { key })
  const code = await limited.stop('SIGTERM')
  const second = await startChildServer(data)
  const stored: string[] = []
  for await (const { id } of (await connectWithoutRetry(second.url, key)).listMessages.all({
    conversationId: 'c',
  })) {
    stored.push(id)
  }

  expect(response).toMatchObject({ status: 503, body: { type: 'Unavailable' } })
  expect(response.headers.get('retry-after')).toBe('1')
  expect([read.status, code]).toEqual([200, 0])
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(stored).toEqual(acknowledged)
})
