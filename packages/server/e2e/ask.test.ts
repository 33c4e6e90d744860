import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry } from './support/test-client.ts'

const encryptionKey = 'the secret of a bot under test, for its keys'
const start = (options: Parameters<typeof startTestServer>[0]) =>
  startTestServer({ logger: createRecordingLogger(), ...options })

const bot = defineBot({
  onConversation: ({ reply }) => reply({ type: 'text', text: 'Welcome!' }),
  onMessage: async ({ message, history, reply, sendEvent, stream }) => {
    const text = message.payload.type === 'text' ? message.payload.text : message.payload.type
    if (text === 'fail') throw new Error('no answer')
    if (text === 'hang') await new Promise(() => {})
    if (text === 'ignore') return
    const count = (await history()).filter(({ isBot }) => !isBot).length
    await sendEvent({ count })
    await reply({ type: 'text', text: `${text}, message ${count + 1}` })
    const answer = stream({ type: 'markdown' })
    answer.write('**Anything else?**')
    await answer.end()
  },
})

test('ask resolves to everything that the bot sent in the turn of the message', async () => {
  await using server = await start({ bot })

  const answer = await server.ask('Hello')

  expect(answer.text).toBe('Hello, message 1\n**Anything else?**')
  expect(answer.messages).toMatchObject([
    { userId: 'bot_demo', payload: { type: 'text', text: 'Hello, message 1' } },
    { userId: 'bot_demo', payload: { type: 'markdown', markdown: '**Anything else?**' } },
  ])
  expect(answer.events).toEqual([{ count: 0 }])
  expect(answer.question.payload).toEqual({ type: 'text', text: 'Hello' })
  expect(server.failedTurns).toEqual([])
})

test('ask continues one conversation, also after a restart, or another one by its id', async () => {
  await using server = await start({ bot })

  await server.ask('one')
  await server.restart()
  const texts = [
    (await server.ask('two')).text,
    (await server.ask('one', { conversationId: 'other' })).text,
    (await server.ask({ type: 'image', imageUrl: 'https://example.com/a.png' })).text,
  ]

  expect(texts.map((text) => text.split('\n')[0])).toEqual([
    'two, message 2',
    'one, message 1',
    'image, message 3',
  ])
})

test('concurrent questions get their own answers', async () => {
  await using server = await start({ bot })

  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((text) => server.ask(text, { conversationId: `c_${text}` })),
  )

  expect(answers.map(({ text }) => text.split(',')[0])).toEqual(['a', 'b', 'c', 'd'])
})

test('ask rejects with the error of a failed turn, and failedTurns tells what failed', async () => {
  await using server = await start({ bot })

  const error = await server.ask('fail').catch((reason: unknown) => reason)

  expect(error).toMatchObject({
    message: 'Unable to get an answer to "fail"; the turn failed: no answer',
    cause: { message: 'no answer' },
  })
  expect(server.failedTurns).toMatchObject([
    {
      error: { message: 'no answer' },
      conversationId: 'ask',
      message: { payload: { text: 'fail' } },
      messages: [
        { payload: { text: 'Sorry, something went wrong. Please try again.' }, metadata: { failed: true } },
      ],
    },
  ])
})

test('ask rejects if the turn takes too long', async () => {
  await using server = await start({ bot })

  await expect(server.ask('hang', { timeoutMs: 50 })).rejects.toThrow(
    'Unable to get an answer to "hang"; the turn has not finished after 50 ms.',
  )
})

test('ask resolves to an empty answer if the bot sends nothing', async () => {
  await using server = await start({ bot })

  expect(await server.ask('ignore')).toMatchObject({ text: '', messages: [], events: [] })
})

test('ask explains rejected requests, and bots that do not handle messages', async () => {
  await using server = await start({ bot })
  await using silent = await start({ bot: {} })

  await expect(server.ask('')).rejects.toThrow('POST /messages failed with 400')
  await expect(silent.ask('Hello')).rejects.toThrow('it has no onMessage')
})

test('ask creates a user in personal mode too', async () => {
  await using server = await start({ bot, auth: 'personal', encryptionKey })

  expect((await server.ask('Hello')).text).toContain('Hello, message 1')
})

test('failedTurns contains failed events and new conversations', async () => {
  const failing = defineBot({
    onConversation: () => {
      throw new Error('no welcome')
    },
    onMessage: ({ reply }) => reply({ type: 'text', text: 'Hi!' }),
  })
  await using server = await start({ bot: failing })

  expect((await server.ask('Hello')).text).toBe('Hi!')

  expect(server.failedTurns).toMatchObject([{ error: { message: 'no welcome' }, messages: [] }])
})

test('an answer tells if its turn was interrupted by a newer question, or got no turn of its own', async () => {
  const started = Promise.withResolvers<void>()
  const interrupted = defineBot({
    onBusy: 'interrupt',
    onMessage: async ({ message, signal, stream, reply }) => {
      const text = message.payload.type === 'text' ? message.payload.text : ''
      if (text === 'first') {
        stream().write('the start')
        started.resolve()
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve)
        })
        await started.promise
      } else await reply({ type: 'text', text: `to ${text}` })
    },
  })
  await using server = await start({ bot: interrupted })
  const first = server.ask('first')
  await started.promise

  const answers = await Promise.all([first, ...['a', 'b', 'c'].map((text) => server.ask(text))])

  expect(answers.map(({ text }) => text).filter(Boolean)).toEqual([
    'the start',
    expect.stringMatching(/^to [abc]$/) as string,
  ])
  expect(answers.map(({ isStopped }) => isStopped)).toEqual(
    answers.map(({ text }) => !text.startsWith('to ')),
  )
  expect(server.failedTurns).toEqual([])
})

test('a question whose waiting turn is stopped gets an empty answer', async () => {
  const started = Promise.withResolvers<void>()
  const hanging = defineBot({
    onMessage: ({ signal }) =>
      new Promise((resolve) => {
        started.resolve()
        signal.addEventListener('abort', resolve)
      }),
  })
  await using server = await start({ bot: hanging, maxConcurrentTurns: 1, auth: 'personal', encryptionKey })
  const first = server.ask('first')
  await started.promise
  const waiting = server.ask('waiting', { conversationId: 'other' })
  const asker = await connectWithoutRetry(server.url, await signUserKey({ userId: 'asker', encryptionKey }))
  await expect
    .poll(() => asker.listMessages({ conversationId: 'other' }).catch(() => {}))
    .toMatchObject({ messages: [{}] })

  await asker.stop({ conversationId: 'other' })
  await asker.stop({ conversationId: 'ask' })

  expect(await Promise.all([first, waiting])).toMatchObject([
    { text: '', isStopped: true },
    { text: '', isStopped: true },
  ])
})
