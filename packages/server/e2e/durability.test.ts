import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createChat, type ConnectedUser } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { createServer } from '../src/index.ts'
import { createCommitBarrier, startTestServer } from '../src/testing/index.ts'
import { openEventStream } from './raw-http/event-stream.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { hasTexts, messageTexts } from './support/collect.ts'
import { connectWithoutRetry, openStream, sendTexts } from './support/test-client.ts'

const userKeyFor = (userId: string) =>
  signUserKey({ userId, encryptionKey: 'the secret of a bot under test, for its keys' })

async function allTexts(me: ConnectedUser, conversationId: string): Promise<string[]> {
  const texts: string[] = []
  for await (const { payload } of me.listMessages.all({ conversationId, limit: 100 })) {
    if (payload.type === 'text') texts.push(payload.text)
  }
  return texts
}

/** Sends messages until the server has exited. @returns The texts of acknowledged messages. */
async function sendUntilExit(me: ConnectedUser, id: string, onAcknowledged: () => void): Promise<string[]> {
  const acknowledged: string[] = []
  const sendOne = async (text: string): Promise<void> => {
    await sendTexts(me, id, text)
    acknowledged.push(text)
    onAcknowledged()
  }
  const senders = Array.from({ length: 20 }, async (_, sender) => {
    try {
      for (let n = 0; n < 10_000; n++) await sendOne(`${sender}-${n}`)
    } catch {
      // Expected: the server has exited.
    }
  })
  await Promise.all(senders)
  return acknowledged
}

test('after kill -9 under load, every acknowledged message is stored exactly once', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const first = await startChildServer(data)
  const me = await connectWithoutRetry(first.url, await userKeyFor('ann'))
  await me.createConversation({ id: 'c' })
  let count = 0
  let killed: Promise<unknown> | undefined

  const acknowledged = await sendUntilExit(me, 'c', () => {
    count++
    if (count === 500) killed = first.stop('SIGKILL')
  })
  await killed
  const second = await startChildServer(data)
  const stored = await allTexts(await connectWithoutRetry(second.url, await userKeyFor('ann')), 'c')
  await second.stop('SIGTERM')

  expect(acknowledged.length).toBeGreaterThanOrEqual(500)
  expect(new Set(stored).size).toBe(stored.length)
  expect(acknowledged.filter((text) => !stored.includes(text))).toEqual([])
})

test('after SIGTERM under load, the server exits with code 0 and no acknowledged message is lost', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const first = await startChildServer(data)
  const me = await connectWithoutRetry(first.url, await userKeyFor('ann'))
  await me.createConversation({ id: 'c' })
  const stream = await openEventStream(`${first.url}/conversations/c/listen`, { 'x-user-key': me.userKey })
  const events = stream.until(() => false)
  let count = 0
  let ended: Promise<number | null> | undefined

  const acknowledged = await sendUntilExit(me, 'c', () => {
    count++
    if (count === 300) ended = first.stop('SIGTERM')
  })

  expect(await ended).toBe(0)
  expect(await events).not.toEqual([])
  const second = await startChildServer(data)
  const stored = await allTexts(await connectWithoutRetry(second.url, await userKeyFor('ann')), 'c')
  await second.stop('SIGTERM')
  expect(stored.toSorted()).toEqual(acknowledged.toSorted())
})

test('INV-2: no response and no signal is sent before the flush', async () => {
  const commitBarrier = createCommitBarrier()
  await using server = await startTestServer({ commitBarrier })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation({})
  const listening = await openStream(me, { id: conversation.id })
  commitBarrier.block()
  let hasResponse = false

  const sending = sendTexts(me, conversation.id, 'durable').then(() => (hasResponse = true))
  for (let n = 0; n < 50; n++) {
    expect((await me.listMessages({ conversationId: conversation.id })).messages).toEqual([])
  }

  expect(hasResponse).toBe(false)
  expect(listening.signals).toEqual([])
  commitBarrier.unblock()
  await sending
  expect(messageTexts(await listening.until(hasTexts(1)))).toEqual(['durable'])
})

test('requests that arrive while a commit runs share the next one', async () => {
  const commitBarrier = createCommitBarrier()
  await using server = await startTestServer({ commitBarrier })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation({})
  commitBarrier.block()

  const sending = Promise.all(Array.from({ length: 50 }, (_, n) => sendTexts(me, conversation.id, String(n))))
  // Reads are not blocked while writes wait.
  for (let n = 0; n < 50; n++) await me.getUser()
  commitBarrier.unblock()
  await sending

  expect(await allTexts(me, conversation.id)).toHaveLength(50)
})

test('INV-7: a rejected request does not affect other requests in the same commit', async () => {
  const commitBarrier = createCommitBarrier()
  await using server = await startTestServer({ commitBarrier })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'taken' })
  commitBarrier.block()

  const outcomes = Promise.allSettled([
    me.createConversation({ id: 'one' }),
    me.createConversation({ id: 'taken' }),
    me.createConversation({ id: 'two' }),
    me.deleteMessage({ id: 'msg_nothing' }),
  ])
  for (let n = 0; n < 20; n++) await me.getUser()
  commitBarrier.unblock()

  expect((await outcomes).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ])
})

test('INV-8: a second server with the same file does not start, in this process or another', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const options = { data, bots: { demo: { encryptionKey: 'the secret of a bot under test, for its keys' } } }
  const first = await createServer(options)

  await expect(createServer(options)).rejects.toThrow(
    `Unable to open the database ${data}; another server is using it. Stop that server, or choose another file.`,
  )
  await expect(startChildServer(data)).rejects.toThrow('the server ended with 1')

  await first.close()
  const second = await createServer(options)
  await second.close()
})

test('a missing secret is generated once and stored next to the database, readable only by its owner', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const options = { data, bots: { demo: {} } }
  const first = await createServer(options)
  const { origin } = await first.listen({ port: 0 })
  const { key } = await createChat({ url: `${origin}/demo` }).createUser({ id: 'ann' })
  await first.close()

  const second = await createServer(options)
  const { origin: secondOrigin } = await second.listen({ port: 0 })
  const me = await connectWithoutRetry(`${secondOrigin}/demo`, key)
  await second.close()

  expect(me.user.id).toBe('ann')
  expect(statSync(`${data}.keys`).mode & 0o777).toBe(0o600)
})

test('a server does not start if the secret of existing users is missing, and the error says what to do', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const first = await createServer({ data, bots: { demo: {} } })
  const { origin } = await first.listen({ port: 0 })
  await createChat({ url: `${origin}/demo` }).createUser({ id: 'ann' })
  await first.close()
  const secret = (JSON.parse(readFileSync(`${data}.keys`, 'utf8')) as { demo: string }).demo
  rmSync(`${data}.keys`)

  const withoutSecret = createServer({ data, bots: { demo: {} } })
  await expect(withoutSecret).rejects.toThrow(`Restore ${data}.keys from the same backup as the database`)

  expect(existsSync(`${data}.keys`)).toBe(false)
  const restored = await createServer({ data, bots: { demo: { encryptionKey: secret } } })
  await restored.close()
  const withNewBot = await createServer({ data, bots: { demo: { encryptionKey: secret }, another: {} } })
  await withNewBot.close()
})
