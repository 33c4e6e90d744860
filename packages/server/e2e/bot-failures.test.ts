import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { createServer, defineBot, type BotDefinition, type HistoryMessage } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { createConversation, createTestUser, listTexts, sendText } from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry, sendTexts } from './support/test-client.ts'
import { waitUntil } from './support/wait-until.ts'

const failureText = 'Sorry, something went wrong. Please try again.'
const text = (value: string) => ({ type: 'text', text: value }) as const

async function startBot(bot: BotDefinition, options: Parameters<typeof startTestServer>[0] = {}) {
  const logger = createRecordingLogger()
  const server = await startTestServer({ bot: defineBot(bot), logger, ...options })
  const sent = () => server.failedTurns.map(({ messages }) => messages.map(({ payload }) => payload))
  return { server, logger, sent, [Symbol.asyncDispose]: () => server.close() }
}

const fail = () => {
  throw new Error('the model is down')
}

test('a turn that fails without a message sends one that says so', async () => {
  await using started = await startBot({ onMessage: fail })
  const { server, logger } = started

  await expect(server.ask('Hello')).rejects.toThrow('the model is down')

  expect(server.failedTurns).toMatchObject([
    { messages: [{ userId: 'bot_demo', payload: text(failureText), metadata: { failed: true } }] },
  ])
  expect(logger.errors).toMatchObject([{ err: { message: 'the model is down' }, conversationId: 'ask' }])
})

test('a handler that stays silent until its time is over sends the message too', async () => {
  const hang = () => new Promise(() => {})
  await using started = await startBot({ onMessage: hang }, { turnTimeoutMs: 50 })

  await expect(started.server.ask('Hello')).rejects.toThrow('the turn took longer than 50 ms')

  expect(started.sent()).toEqual([[text(failureText)]])
})

test('a failed event gets the message too, and a failed new conversation does not', async () => {
  await using started = await startBot({ onConversation: fail, onEvent: fail })
  const { server, sent } = started
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)

  await ann.post('/events', { conversationId: id, payload: { type: 'postback' } })

  await expect.poll(sent).toEqual([[], [text(failureText)]])
})

test('a turn that fails after a message sends no other', async () => {
  await using started = await startBot({
    onMessage: async ({ reply }) => {
      await reply(text('the answer'))
      throw new Error('unable to save it')
    },
  })

  await expect(started.server.ask('Hello')).rejects.toThrow('unable to save it')

  expect(started.sent()).toEqual([[text('the answer')]])
})

test('errorMessage changes the text, or sends nothing', async () => {
  await using french = await startBot({ onMessage: fail, errorMessage: 'Pardon !' })
  await using silent = await startBot({ onMessage: fail, errorMessage: false })

  await expect(french.server.ask('Bonjour')).rejects.toThrow('the model is down')
  await expect(silent.server.ask('Bonjour')).rejects.toThrow('the model is down')

  expect([french.sent(), silent.sent()]).toEqual([[[text('Pardon !')]], [[]]])
  const bots = { demo: { bot: { errorMessage: '' } } }
  await expect(createServer({ data: ':memory:', bots })).rejects.toThrow('errorMessage` is ""')
})

test('onError gets the error and the turn, and can reply instead', async () => {
  const calls: unknown[] = []
  await using started = await startBot({
    onMessage: fail,
    onEvent: fail,
    onError: async (error, turn) => {
      calls.push([String(error), turn.message?.payload ?? turn.event?.payload, turn.signal.aborted])
      const answer = turn.stream()
      answer.write('Ask ')
      answer.write('again later')
      await answer.end({ metadata: { code: 7 } })
    },
  })
  const { server } = started

  await expect(server.ask('Hello')).rejects.toThrow('the model is down')
  const ann = await createTestUser(server.url)
  await ann.post('/events', { conversationId: await createConversation(ann), payload: { ring: true } })

  await waitUntil(() => server.failedTurns.length === 2)
  expect(started.sent()).toEqual([[text('Ask again later')], [text('Ask again later')]])
  expect(server.failedTurns[0]?.messages[0]?.metadata).toMatchObject({ failed: true, code: 7 })
  expect(calls).toEqual([
    ['Error: the model is down', text('Hello'), false],
    ['Error: the model is down', { ring: true }, false],
  ])
})

test('the message is sent if onError sends none or throws, and its errors are logged', async () => {
  await using silent = await startBot({ onMessage: fail, onError: () => {} })
  await using broken = await startBot({
    onMessage: fail,
    onError: () => {
      throw new Error('unable to report')
    },
  })

  await expect(silent.server.ask('Hello')).rejects.toThrow('the model is down')
  await expect(broken.server.ask('Hello')).rejects.toThrow('the model is down')

  expect([silent.sent(), broken.sent()]).toEqual([[[text(failureText)]], [[text(failureText)]]])
  expect(broken.logger.errors).toMatchObject([
    { err: { message: 'the model is down' } },
    { err: { message: 'unable to report' } },
  ])
})

test('onError is not called for a turn that was stopped, deleted, or interrupted by a shutdown', async () => {
  const errors: unknown[] = []
  let started = 0
  const bot = defineBot({
    onMessage: async ({ signal }) => {
      started++
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error)
        })
      })
    },
    onError: (error) => errors.push(error),
  })
  const server = await startTestServer({ bot, logger: createRecordingLogger() })
  const ann = await createTestUser(server.url)
  const ids = [await createConversation(ann), await createConversation(ann), await createConversation(ann)]
  for (const id of ids) await sendText(ann, id, 'go')
  await waitUntil(() => started === 3)

  await ann.post(`/conversations/${ids[0]}/stop`)
  await ann.delete(`/conversations/${ids[1]}`)
  expect(await listTexts(ann, ids[0] ?? '')).toEqual(['go'])
  await server.close()

  expect(errors).toEqual([])
  expect(server.failedTurns).toEqual([])
})

test('the error of a handler is logged even if a user stops the turn afterwards', async () => {
  const failing = Promise.withResolvers<void>()
  const reported = Promise.withResolvers<void>()
  await using started = await startBot({
    onMessage: fail,
    onError: async (_, { signal }) => {
      failing.resolve()
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
      reported.resolve()
    },
  })
  const { server, logger, sent } = started
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'go')
  await failing.promise

  await ann.post(`/conversations/${id}/stop`)

  await reported.promise
  await waitUntil(() => server.failedTurns.length === 1)
  expect(logger.errors).toMatchObject([{ err: { message: 'the model is down' } }])
  // The user knows: they stopped it.
  expect(sent()).toEqual([[]])
})

test.each(['fails', 'fails-with-reply'])(
  'INV-9: after kill -9, a failed turn neither runs again nor stores its message twice: %s',
  async (bot) => {
    using folder = temporaryFolder()
    const data = folder.file('parley.db')
    const encryptionKey = 'the secret of a bot under test, for its keys'
    const userKey = await signUserKey({ userId: 'ann', encryptionKey })
    const list = async (url: string) => {
      const me = await connectWithoutRetry(url, userKey)
      const { messages } = await me.listMessages({ conversationId: 'c' })
      return messages.map(({ payload }) => ('text' in payload ? payload.text : ''))
    }
    const first = await startChildServer(data, { bot })
    const me = await connectWithoutRetry(first.url, userKey)
    await me.createConversation({ id: 'c' })
    await sendTexts(me, 'c', 'go')
    const answer = bot === 'fails' ? failureText : 'the reply of onError'
    await expect.poll(() => list(first.url)).toEqual([answer, 'go'])
    await first.stop('SIGKILL')

    const second = await startChildServer(data, { bot, env: { PARLEY_TEST_RELEASED: 'yes' } })
    await sendTexts(await connectWithoutRetry(second.url, userKey), 'c', 'again')

    await expect.poll(() => list(second.url)).toEqual(['recovered', 'again', answer, 'go'])
    await second.stop('SIGTERM')
  },
)

test('history shows what a language model needs, oldest first', async () => {
  const histories: HistoryMessage[][] = []
  const release = Promise.withResolvers<void>()
  await using started = await startBot({
    onConversation: ({ reply }) => reply(text('welcome')),
    onMessage: async ({ message, history, reply }) => {
      if (histories.length === 0) await release.promise
      histories.push(await history())
      histories.push(await history({ includeCurrent: true, limit: 3 }))
      await reply(text(`answer to ${message.payload.type === 'text' ? message.payload.text : ''}`))
    },
  })
  const { server } = started
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await expect.poll(() => listTexts(ann, id)).toEqual(['welcome'])
  for (const question of ['one', 'two', 'three']) await sendText(ann, id, question)

  release.resolve()
  await waitUntil(() => histories.length === 6)

  const lines = histories.map((messages) =>
    messages.map(
      ({ payload, isBot }) => `${isBot ? 'bot' : 'user'}: ${'text' in payload ? payload.text : ''}`,
    ),
  )
  expect(lines).toEqual([
    ['bot: welcome'],
    ['bot: welcome', 'user: one'],
    ['bot: welcome', 'user: one', 'bot: answer to one'],
    ['user: one', 'bot: answer to one', 'user: two'],
    ['bot: welcome', 'user: one', 'bot: answer to one', 'user: two', 'bot: answer to two'],
    ['user: two', 'bot: answer to two', 'user: three'],
  ])
  expect(histories[0]?.[0]).toMatchObject({
    conversationId: id,
    userId: 'bot_demo',
    payload: text('welcome'),
  })
})

test('history contains the messages that the turn has sent, and at most 2 MiB', async () => {
  const counts: number[] = []
  await using started = await startBot({
    onMessage: async ({ history, reply }) => {
      for (let n = 0; n < 4; n++) {
        await reply(text('x'.repeat(700_000)))
        counts.push((await history()).length)
      }
    },
  })

  await started.server.ask('go')

  expect(counts).toEqual([1, 2, 2, 2])
})
