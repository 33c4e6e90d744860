import { createChat } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { openConversation } from '@parley/rx'
import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { recordBotMessages } from './chaos/bot-message-recorder.ts'
import { connectFast, fastOptions } from './chaos/connect-fast.ts'
import { createControlledBot } from './chaos/controlled-bot.ts'
import { recordConversation } from './chaos/conversation-recorder.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

const hello = { type: 'text', text: 'Tell me' } as const
const before = ['Once ', 'there ', 'was ']
const during = ['a ', 'server ', 'with ']
const after = ['a ', 'parley', '.']
const fullText = [...before, ...during, ...after].join('')

interface Outage {
  begin: (server: TestServer) => void
  isDetected: boolean
  end: (server: TestServer) => void
}

const outages: [string, Outage][] = [
  [
    'frozen too briefly to be detected',
    { begin: (server) => server.freeze(), isDetected: false, end: (server) => server.resume() },
  ],
  [
    'frozen until the client detects the lost connection',
    { begin: (server) => server.freeze(), isDetected: true, end: (server) => server.resume() },
  ],
  [
    'frozen without output until the client detects the lost connection',
    {
      begin: (server) => server.freeze({ holdOutput: true }),
      isDetected: true,
      end: (server) => server.resume(),
    },
  ],
  [
    'disconnected and unreachable for a while',
    {
      begin: (server) => {
        server.drop({ times: Infinity })
        server.cutConnections()
      },
      isDetected: true,
      end: (server) => server.reset(),
    },
  ],
]

test.for(outages)(
  'a streaming message is complete and not duplicated if the server is %s',
  async ([, outage]) => {
    const controlledBot = createControlledBot()
    await using server = await startTestServer({ bot: controlledBot.bot, logger: createRecordingLogger() })
    const me = await connectFast(server.url)
    const { conversation } = await me.createConversation()
    const liveConversation = openConversation(me, conversation.id, fastOptions())
    const botMessages = recordBotMessages(liveConversation)
    const recorder = recordConversation(liveConversation, { allowsStreamingRemoval: true })
    void liveConversation.send(hello)
    for (const delta of before) await controlledBot.write(delta)
    await waitUntil(() => botMessages.latest?.text === before.join(''))

    outage.begin(server)
    for (const delta of during) await controlledBot.write(delta)
    if (outage.isDetected) await waitUntil(() => recorder.connection?.state === 'reconnecting')
    outage.end(server)
    await waitUntil(() => botMessages.latest?.text === [...before, ...during].join(''))
    const streamingState = botMessages.latest
    for (const delta of after) await controlledBot.write(delta)
    await controlledBot.end()
    await waitUntil(() => botMessages.latest?.status === 'sent')

    expect(streamingState?.status).toBe('streaming')
    expect(botMessages.latest?.text).toBe(fullText)
    expect(botMessages.texts.every((text) => fullText.startsWith(text))).toBe(true)
    expect(botMessages.texts.map(({ length }) => length)).toEqual(
      botMessages.texts.map(({ length }) => length).toSorted((a, b) => a - b),
    )
    expect(botMessages.keys.size).toBe(1)
    expect(botMessages.hasDuplicate).toBe(false)
    expect(recorder.violations).toEqual([])
    expect(recorder.texts).toEqual([hello.text, fullText])
    botMessages.stop()
    recorder.stop()
  },
)

test('a streaming message that ended during an outage is shown completely after it', async () => {
  const controlledBot = createControlledBot()
  await using server = await startTestServer({ bot: controlledBot.bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const { conversation } = await me.createConversation()
  const liveConversation = openConversation(me, conversation.id, fastOptions())
  const botMessages = recordBotMessages(liveConversation)
  const recorder = recordConversation(liveConversation, { allowsStreamingRemoval: true })
  void liveConversation.send(hello)
  for (const delta of before) await controlledBot.write(delta)
  await waitUntil(() => botMessages.latest?.text === before.join(''))

  server.freeze({ holdOutput: true })
  for (const delta of [...during, ...after]) await controlledBot.write(delta)
  await controlledBot.end()
  await waitUntil(() => recorder.connection?.state === 'reconnecting')
  server.resume()
  await waitUntil(() => botMessages.latest?.status === 'sent')

  expect(botMessages.texts.slice(-2)).toEqual([before.join(''), fullText])
  expect(botMessages.keys.size).toBe(1)
  expect(botMessages.hasDuplicate).toBe(false)
  expect(recorder.violations).toEqual([])
  botMessages.stop()
  recorder.stop()
})

test('killing the server removes a streaming message, and the repeated turn creates it again', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const bot = 'hangs-while-streaming'
  const first = await startChildServer(data, { bot })
  const port = Number(new URL(first.url).port)
  const chat = createChat({ url: first.url, random: () => 0.02 })
  const me = await chat.connect({
    userKey: await signUserKey({
      userId: 'ann',
      encryptionKey: 'the secret of a bot under test, for its keys',
    }),
  })
  const { conversation } = await me.createConversation()
  const liveConversation = openConversation(me, conversation.id, fastOptions())
  const botMessages = recordBotMessages(liveConversation)
  const recorder = recordConversation(liveConversation, { allowsStreamingRemoval: true })
  void liveConversation.send(hello)
  await waitUntil(() => botMessages.latest?.text === 'half of ')
  const [abortedKey] = botMessages.keys

  await first.stop('SIGKILL')
  await waitUntil(() => recorder.connection?.state === 'reconnecting')
  const second = await startChildServer(data, { bot, port, env: { PARLEY_TEST_RELEASED: 'yes' } })
  await waitUntil(() => botMessages.latest?.status === 'sent')

  expect(botMessages.latest?.text).toBe('half of the answer')
  expect(recorder.texts).toEqual([hello.text, 'half of the answer'])
  expect(recorder.messages.at(-1)?.key).not.toBe(abortedKey)
  expect(botMessages.hasDuplicate).toBe(false)
  expect(recorder.violations).toEqual([])
  botMessages.stop()
  recorder.stop()
  await second.stop('SIGTERM')
})

test('restarting the server removes a streaming message, and the repeated turn creates it again', async () => {
  let turns = 0
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      turns++
      const answer = stream()
      answer.write('half of ')
      // Like most handlers, this one does not handle the abort signal.
      if (turns === 1) await new Promise(() => {})
      answer.write('the answer')
      await answer.end()
    },
  })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const { conversation } = await me.createConversation()
  const liveConversation = openConversation(me, conversation.id, fastOptions())
  const botMessages = recordBotMessages(liveConversation)
  const recorder = recordConversation(liveConversation, { allowsStreamingRemoval: true })
  void liveConversation.send(hello)
  await waitUntil(() => botMessages.latest?.text === 'half of ')

  await server.restart()
  await waitUntil(() => botMessages.latest?.status === 'sent')

  expect(recorder.texts).toEqual([hello.text, 'half of the answer'])
  expect(turns).toBe(2)
  expect(botMessages.hasDuplicate).toBe(false)
  expect(recorder.violations).toEqual([])
  botMessages.stop()
  recorder.stop()
})
