import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer, type TestRequest } from '../src/testing/index.ts'
import { createConversationWith, connectFast, fastOptions } from './chaos/connect-fast.ts'
import { payloadTexts, recordConversation } from './chaos/conversation-recorder.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

const isMessage = ({ method, path }: Pick<TestRequest, 'method' | 'path'>): boolean =>
  method === 'POST' && path === '/messages'

/** Creates a bot that answers each message with the number of its turn. */
function createCountingBot() {
  const turns: string[] = []
  const bot = defineBot({
    onMessage: async ({ message, reply }) => {
      turns.push(message.id)
      await reply({ type: 'text', text: `answer ${turns.length}` })
    },
  })
  return { bot, turns }
}

test.for([
  ['a listening client, which receives the signal', true, 2],
  ['a client that does not listen and retries the request', false, 2],
  ['a client that does not listen and lists messages before it sends again', false, 1],
] as const)(
  'a message whose response is lost is stored and answered once: %s',
  async ([, isListening, attempts]) => {
    const { bot, turns } = createCountingBot()
    await using server = await startTestServer({ bot, logger: createRecordingLogger() })
    const me = await createChat({
      url: server.url,
      retry: { attempts, baseDelayMs: 20 },
      random: () => 0.02,
    }).connect()
    const id = await createConversationWith(me)
    const conversation = openConversation(me, id, fastOptions())
    const listening = isListening ? recordConversation(conversation) : undefined
    await waitUntil(() => !listening || listening.connection?.isSynced === true)
    server.drop({ only: isMessage, when: 'after' })

    const message = await conversation.send({ type: 'text', text: 'once' })
    await conversation.send({ type: 'text', text: 'twice' })
    const recorder = listening ?? recordConversation(conversation)
    await waitUntil(() => recorder.texts.includes('answer 2'))

    const { messages } = await me.listMessages({ conversationId: id })
    expect(payloadTexts(messages).toSorted()).toEqual(['answer 1', 'answer 2', 'once', 'twice'])
    expect(payloadTexts(recorder.messages)).toEqual(payloadTexts(messages.toReversed()))
    expect(messages.map((stored) => stored.id)).toContain(message.id)
    expect(turns).toHaveLength(2)
    expect(server.requests.filter(isMessage)[0]?.outcome).toBe('response_dropped')
    expect(recorder.violations).toEqual([])
    recorder.stop()
  },
)

test('messages sent while the server is stopped are sent once and in order after it starts', async () => {
  const { bot, turns } = createCountingBot()
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const id = await createConversationWith(me)
  const conversation = openConversation(me, id, fastOptions())
  const recorder = recordConversation(conversation)
  await waitUntil(() => recorder.connection?.isSynced === true)

  await server.stop()
  const texts = Array.from({ length: 10 }, (_, index) => `${index}`)
  const sending = texts.map((text) => conversation.send({ type: 'text', text }))
  await waitUntil(() => recorder.connection?.state === 'reconnecting')
  expect(recorder.texts).toEqual(texts)
  await server.start()
  await Promise.all(sending)
  await waitUntil(() => recorder.texts.includes('answer 10'))

  expect(recorder.texts.filter((text) => texts.includes(text))).toEqual(texts)
  expect(new Set(turns).size).toBe(10)
  expect(turns).toHaveLength(10)
  expect(recorder.violations).toEqual([])
  recorder.stop()
})

test('pending messages survive a reload and are stored once, even if the server has received them', async () => {
  const { bot, turns } = createCountingBot()
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const id = await createConversationWith(me)
  const items = new Map<string, string>()
  const storage = {
    getItem: (name: string) => items.get(name),
    setItem: (name: string, value: string) => items.set(name, value),
    removeItem: (name: string) => items.delete(name),
  }
  // The first page closes before it learns that its first message was stored and its second failed.
  server.drop({ only: isMessage, when: 'after', times: 1 })
  server.drop({ only: isMessage, times: 1 })
  const first = openConversation(me, id, { storage, random: () => 1 })
  void first.send({ type: 'text', text: 'one' })
  void first.send({ type: 'text', text: 'two' })
  await waitUntil(() => server.requests.filter(isMessage).length === 2)
  const itemsAtReload = new Map(items)

  const again = await createChat({ url: server.url, random: () => 0.02 }).connect({ userKey: me.userKey })
  const reloadedStorage = { ...storage, getItem: (name: string) => itemsAtReload.get(name) }
  const recorder = recordConversation(
    openConversation(again, id, { ...fastOptions(), storage: reloadedStorage }),
  )
  await waitUntil(() => recorder.texts.includes('answer 2'))

  const { messages } = await me.listMessages({ conversationId: id })
  expect(payloadTexts(messages).toSorted()).toEqual(['answer 1', 'answer 2', 'one', 'two'])
  expect(turns).toHaveLength(2)
  expect(recorder.violations).toEqual([])
  recorder.stop()
})
