import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { createServer, defineBot } from '../src/index.ts'
import { openSqliteStorage } from '../src/storage/sqlite/sqlite-storage.ts'
import { startTestServer } from '../src/testing/index.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { storeBacklog } from './support/store-backlog.ts'
import { connectWithoutRetry, sendTexts } from './support/test-client.ts'
import { waitUntil } from './support/wait-until.ts'

const encryptionKey = 'the secret of a bot under test, for its keys'

/** The bot's messages in each conversation, oldest first. */
async function readAnswers(data: string): Promise<Map<string, string[]>> {
  const storage = await openSqliteStorage({ path: data })
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const ann = await storage.queries.user(bot, 'ann')
  if (!ann) throw new Error('the user does not exist')
  const answers = new Map<string, string[]>()
  const { items } = await storage.queries.conversations(ann, { cursor: undefined, limit: 100 })
  for (const [{ rowId, id }] of items) {
    const texts: string[] = []
    for (let seq = 0, hasMore = true; hasMore;) {
      const entries = await storage.queries.entriesAfter(rowId, seq, 100)
      for (const { isBot, payload } of entries) {
        if (isBot) texts.push((JSON.parse(payload) as { text: string }).text)
      }
      hasMore = entries.length > 0
      seq = entries.at(-1)?.seq ?? 0
    }
    answers.set(id, texts)
  }
  await storage.close()
  return answers
}

test('INV-9: after a restart, a bot answers a backlog larger than memory exactly once and in order', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const count = 120
  const conversationId = (n: number) => `c${n % 4}`
  const messages = Array.from({ length: count }, (_, n) => ({
    conversationId: conversationId(n),
    text: `${n}`.padEnd(1_000_000),
  }))
  await storeBacklog(data, messages)
  const bot = 'answers-when-released'
  const env = { NODE_OPTIONS: '--max-old-space-size=100' }

  const first = await startChildServer(data, { bot, env })
  await first.stop('SIGKILL')
  const second = await startChildServer(data, { bot, env: { ...env, PARLEY_TEST_RELEASED: 'yes' } })
  const me = await connectWithoutRetry(second.url, await signUserKey({ userId: 'ann', encryptionKey }))
  const newest = async (id: string): Promise<unknown> => {
    const { messages: page } = await me.listMessages({ conversationId: id, limit: 1 })
    return page[0]?.payload
  }
  for (const n of [116, 117, 118, 119]) {
    await expect
      .poll(() => newest(conversationId(n)), { timeout: 60_000, interval: 50 })
      .toEqual({ type: 'text', text: `answer to ${n}` })
  }
  await second.stop('SIGTERM')

  const answers = await readAnswers(data)
  for (const [id, texts] of answers) {
    const expected = messages.flatMap((message, n) =>
      message.conversationId === id ? [`answer to ${n}`] : [],
    )
    expect(texts).toEqual(expected)
  }
  expect(answers.size).toBe(4)
}, 120_000)

test('at most maxConcurrentTurns turns run at once, and every queued conversation gets a turn', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  // More conversations than the queue in memory holds.
  const count = 2_500
  await storeBacklog(
    data,
    Array.from({ length: count }, (_, n) => ({ conversationId: `c${n}`, text: `${n}` })),
  )
  const handledTexts: string[] = []
  let running = 0
  let maxRunning = 0
  const bot = defineBot({
    onMessage: async ({ message }) => {
      maxRunning = Math.max(maxRunning, ++running)
      await new Promise(setImmediate)
      running--
      handledTexts.push(message.payload.type === 'text' ? message.payload.text : '')
    },
  })
  const options = { data, bots: { demo: { encryptionKey, bot } }, logger: createRecordingLogger() }

  const chat = await createServer({ ...options, maxConcurrentTurns: 7 })
  await waitUntil(() => handledTexts.length >= count)
  await chat.close()
  const again = await createServer(options)
  await again.close()

  expect(new Set(handledTexts).size).toBe(count)
  expect(handledTexts).toHaveLength(count)
  expect(maxRunning).toBe(7)
}, 60_000)

test('a bot continues with turns from the log after all turns in memory were deleted', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  // More conversations than the queue in memory holds. Their owner is deleted below.
  const deleted = Array.from({ length: 1_500 }, (_, n) => ({ conversationId: `c${n}`, text: `${n}` }))
  const first = { userId: 'ben', conversationId: 'first', text: 'first' }
  const last = { userId: 'ben', conversationId: 'last', text: 'last' }
  await storeBacklog(data, [first, ...deleted, last])
  const handledTexts: string[] = []
  const released = Promise.withResolvers<void>()
  const bot = defineBot({
    onMessage: async ({ message }) => {
      handledTexts.push(message.payload.type === 'text' ? message.payload.text : '')
      await released.promise
    },
  })
  await using server = await startTestServer({ data, encryptionKey, bot, maxConcurrentTurns: 1 })
  await waitUntil(() => handledTexts.length > 0)
  const ann = await connectWithoutRetry(server.url, await signUserKey({ userId: 'ann', encryptionKey }))
  await ann.deleteUser()

  released.resolve()

  await expect.poll(() => handledTexts, { timeout: 10_000 }).toEqual(['first', 'last'])
}, 60_000)

test('messages sent while turns are queued are handled exactly once', async () => {
  const handledTexts: string[] = []
  const bot = defineBot({
    onMessage: async ({ message }) => {
      await new Promise(setImmediate)
      handledTexts.push(message.payload.type === 'text' ? message.payload.text : '')
    },
  })
  await using server = await startTestServer({ bot, maxConcurrentTurns: 2 })
  const me = await connectWithoutRetry(server.url)
  const ids = Array.from({ length: 10 }, (_, n) => `c${n}`)
  await Promise.all(ids.map((id) => me.createConversation({ id })))

  await Promise.all(ids.map((id) => sendTexts(me, id, ...ids.map((_, n) => `${id} ${n}`))))
  await waitUntil(() => handledTexts.length >= 100)

  for (const id of ids) {
    expect(handledTexts.filter((text) => text.startsWith(`${id} `))).toEqual(ids.map((_, n) => `${id} ${n}`))
  }
})

test('INV-9: large answers of an interrupted turn are not stored again', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const bot = 'sends-large-replies'
  await storeBacklog(data, [{ conversationId: 'c', text: 'go' }])
  const key = await signUserKey({ userId: 'ann', encryptionKey })

  const first = await startChildServer(data, { bot })
  const me = await connectWithoutRetry(first.url, key)
  const stored = async (user: typeof me): Promise<number> => {
    let count = 0
    for await (const message of user.listMessages.all({ conversationId: 'c' })) if (message.id) count++
    return count
  }
  await expect.poll(() => stored(me), { timeout: 20_000 }).toBe(4)
  await first.stop('SIGKILL')
  const second = await startChildServer(data, { bot, env: { PARLEY_TEST_RELEASED: 'yes' } })
  const again = await connectWithoutRetry(second.url, key)
  await expect.poll(() => stored(again), { timeout: 20_000 }).toBe(5)
  await second.stop('SIGTERM')

  const answers = (await readAnswers(data)).get('c') ?? []
  expect(answers.map((text) => text.slice(0, 4))).toEqual(['1...', '2...', '3...', 'last'])
}, 60_000)

test('a bot with maxConcurrentTurns 0 does not start', async () => {
  const bots = { demo: { encryptionKey, bot: defineBot({ onMessage: () => {} }) } }

  await expect(createServer({ data: ':memory:', bots, maxConcurrentTurns: 0 })).rejects.toThrow(
    'the option `maxConcurrentTurns` is 0. Use a number of at least 1.',
  )
})
