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

/** A bot that answers each message with its number. */
function countingBot() {
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
  ['who listens, and has the echo', true, 2],
  ['who does not listen, and repeats the request', false, 2],
  ['who does not listen, and looks before sending again', false, 1],
] as const)(
  'a message whose answer is lost is stored once and answered once, for one %s',
  async ([, isListening, attempts]) => {
    const { bot, turns } = countingBot()
    await using server = await startTestServer({ bot, logger: createRecordingLogger() })
    const me = await createChat({
      url: server.url,
      retry: { attempts, baseDelayMs: 20 },
      random: () => 0.02,
    }).connect()
    const id = await createConversationWith(me)
    const conversation = openConversation(me, id, fastOptions())
    const former = isListening ? recordConversation(conversation) : undefined
    await waitUntil(() => !former || former.connection?.isSynced === true)
    server.drop({ only: isMessage, when: 'after' })

    const message = await conversation.send({ type: 'text', text: 'once' })
    await conversation.send({ type: 'text', text: 'twice' })
    const watched = former ?? recordConversation(conversation)
    await waitUntil(() => watched.texts.includes('answer 2'))

    const { messages } = await me.listMessages({ conversationId: id })
    expect(payloadTexts(messages).toSorted()).toEqual(['answer 1', 'answer 2', 'once', 'twice'])
    expect(payloadTexts(watched.messages)).toEqual(payloadTexts(messages.toReversed()))
    expect(messages.map((each) => each.id)).toContain(message.id)
    expect(turns).toHaveLength(2)
    expect(server.requests.filter(isMessage)[0]?.outcome).toBe('unanswered')
    expect(watched.violations).toEqual([])
    watched.stop()
  },
)

test('what was sent to a server that was away goes out once and in order when it is back', async () => {
  const { bot, turns } = countingBot()
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const id = await createConversationWith(me)
  const conversation = openConversation(me, id, fastOptions())
  const watched = recordConversation(conversation)
  await waitUntil(() => watched.connection?.isSynced === true)

  await server.stop()
  const texts = Array.from({ length: 10 }, (_, index) => `${index}`)
  const sending = texts.map((text) => conversation.send({ type: 'text', text }))
  await waitUntil(() => watched.connection?.state === 'reconnecting')
  expect(watched.texts).toEqual(texts)
  await server.start()
  await Promise.all(sending)
  await waitUntil(() => watched.texts.includes('answer 10'))

  expect(watched.texts.filter((text) => texts.includes(text))).toEqual(texts)
  expect(new Set(turns).size).toBe(10)
  expect(turns).toHaveLength(10)
  expect(watched.violations).toEqual([])
  watched.stop()
})

test('what is unsent survives a reload, and is sent once though the server had it already', async () => {
  const { bot, turns } = countingBot()
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const id = await createConversationWith(me)
  const kept = new Map<string, string>()
  const storage = {
    getItem: (name: string) => kept.get(name),
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  }
  // The first page is gone before it hears that its message has arrived, or that the second could not be sent.
  server.drop({ only: isMessage, when: 'after', times: 1 })
  server.drop({ only: isMessage, times: 1 })
  const first = openConversation(me, id, { storage, random: () => 1 })
  void first.send({ type: 'text', text: 'one' })
  void first.send({ type: 'text', text: 'two' })
  await waitUntil(() => server.requests.filter(isMessage).length === 2)
  const record = new Map(kept)

  const again = await createChat({ url: server.url, random: () => 0.02 }).connect({ userKey: me.userKey })
  const store = { ...storage, getItem: (name: string) => record.get(name) }
  const watched = recordConversation(openConversation(again, id, { ...fastOptions(), storage: store }))
  await waitUntil(() => watched.texts.includes('answer 2'))

  const { messages } = await me.listMessages({ conversationId: id })
  expect(payloadTexts(messages).toSorted()).toEqual(['answer 1', 'answer 2', 'one', 'two'])
  expect(turns).toHaveLength(2)
  expect(watched.violations).toEqual([])
  watched.stop()
})
