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
const before = ['Once ', 'upon ', 'a ']
const meanwhile = ['time ', 'there ', 'was ']
const after = ['a ', 'parley', '.']
const whole = [...before, ...meanwhile, ...after].join('')

interface Absence {
  begin: (server: TestServer) => void
  isNoticed: boolean
  end: (server: TestServer) => void
}

const absences: [string, Absence][] = [
  [
    'frozen for a moment that nobody notices',
    { begin: (server) => server.freeze(), isNoticed: false, end: (server) => server.resume() },
  ],
  [
    'frozen until the connection counts as lost',
    { begin: (server) => server.freeze(), isNoticed: true, end: (server) => server.resume() },
  ],
  [
    'mute until the connection counts as lost',
    {
      begin: (server) => server.freeze({ dropOutput: true }),
      isNoticed: true,
      end: (server) => server.resume(),
    },
  ],
  [
    'cut off, and out of reach for a while',
    {
      begin: (server) => {
        server.drop({ times: Infinity })
        server.cut()
      },
      isNoticed: true,
      end: (server) => server.reset(),
    },
  ],
]

test.for(absences)(
  'an answer is whole, and nothing of it doubled, over a server that is %s',
  async ([, absence]) => {
    const pen = createControlledBot()
    await using server = await startTestServer({ bot: pen.bot, logger: createRecordingLogger() })
    const me = await connectFast(server.url)
    const { conversation } = await me.createConversation()
    const chatting = openConversation(me, conversation.id, fastOptions())
    const seen = recordBotMessages(chatting)
    const watched = recordConversation(chatting, { allowsStreamingRemoval: true })
    void chatting.send(hello)
    for (const piece of before) await pen.write(piece)
    await waitUntil(() => seen.latest?.text === before.join(''))

    absence.begin(server)
    for (const piece of meanwhile) await pen.write(piece)
    if (absence.isNoticed) await waitUntil(() => watched.connection?.state === 'reconnecting')
    absence.end(server)
    await waitUntil(() => seen.latest?.text === [...before, ...meanwhile].join(''))
    const draft = seen.latest
    for (const piece of after) await pen.write(piece)
    await pen.end()
    await waitUntil(() => seen.latest?.status === 'sent')

    expect(draft?.status).toBe('streaming')
    expect(seen.latest?.text).toBe(whole)
    expect(seen.texts.every((text) => whole.startsWith(text))).toBe(true)
    expect(seen.texts.map(({ length }) => length)).toEqual(
      seen.texts.map(({ length }) => length).toSorted((one, other) => one - other),
    )
    expect(seen.keys.size).toBe(1)
    expect(seen.hasDuplicate).toBe(false)
    expect(watched.violations).toEqual([])
    expect(watched.texts).toEqual([hello.text, whole])
    seen.stop()
    watched.stop()
  },
)

test('an answer ended while nobody could hear of it is there whole when the server is back', async () => {
  const pen = createControlledBot()
  await using server = await startTestServer({ bot: pen.bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const { conversation } = await me.createConversation()
  const chatting = openConversation(me, conversation.id, fastOptions())
  const seen = recordBotMessages(chatting)
  const watched = recordConversation(chatting, { allowsStreamingRemoval: true })
  void chatting.send(hello)
  for (const piece of before) await pen.write(piece)
  await waitUntil(() => seen.latest?.text === before.join(''))

  server.freeze({ dropOutput: true })
  for (const piece of [...meanwhile, ...after]) await pen.write(piece)
  await pen.end()
  await waitUntil(() => watched.connection?.state === 'reconnecting')
  server.resume()
  await waitUntil(() => seen.latest?.status === 'sent')

  expect(seen.texts.slice(-2)).toEqual([before.join(''), whole])
  expect(seen.keys.size).toBe(1)
  expect(seen.hasDuplicate).toBe(false)
  expect(watched.violations).toEqual([])
  seen.stop()
  watched.stop()
})

test('of a server killed in mid-answer the draft goes, and the repeated turn brings one whole answer', async () => {
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
  const chatting = openConversation(me, conversation.id, fastOptions())
  const seen = recordBotMessages(chatting)
  const watched = recordConversation(chatting, { allowsStreamingRemoval: true })
  void chatting.send(hello)
  await waitUntil(() => seen.latest?.text === 'half of ')
  const [abandoned] = seen.keys

  await first.stop('SIGKILL')
  await waitUntil(() => watched.connection?.state === 'reconnecting')
  const second = await startChildServer(data, { bot, port, env: { PARLEY_TEST_RELEASED: 'yes' } })
  await waitUntil(() => seen.latest?.status === 'sent')

  expect(seen.latest?.text).toBe('half of the answer')
  expect(watched.texts).toEqual([hello.text, 'half of the answer'])
  expect(watched.messages.at(-1)?.key).not.toBe(abandoned)
  expect(seen.hasDuplicate).toBe(false)
  expect(watched.violations).toEqual([])
  seen.stop()
  watched.stop()
  await second.stop('SIGTERM')
})

test('of a server restarted in mid-answer the draft goes, and the repeated turn brings one whole answer', async () => {
  let turns = 0
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      turns++
      const answer = stream()
      answer.write('half of ')
      // A turn that heeds no signal, as most do not.
      if (turns === 1) await new Promise(() => {})
      answer.write('the answer')
      await answer.end()
    },
  })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const { conversation } = await me.createConversation()
  const chatting = openConversation(me, conversation.id, fastOptions())
  const seen = recordBotMessages(chatting)
  const watched = recordConversation(chatting, { allowsStreamingRemoval: true })
  void chatting.send(hello)
  await waitUntil(() => seen.latest?.text === 'half of ')

  await server.restart()
  await waitUntil(() => seen.latest?.status === 'sent')

  expect(watched.texts).toEqual([hello.text, 'half of the answer'])
  expect(turns).toBe(2)
  expect(seen.hasDuplicate).toBe(false)
  expect(watched.violations).toEqual([])
  seen.stop()
  watched.stop()
})
