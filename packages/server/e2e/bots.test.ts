import type { ChatSignal } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { defineBot, type MessageStream } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { hasTexts, messageTexts } from './support/collect.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry, openStream, sendTexts } from './support/test-client.ts'
import { waitUntil } from './support/wait-until.ts'

const text = (value: string) => ({ type: 'text', text: value }) as const
const signalTypes = (signals: ChatSignal[]) => signals.map(({ type }) => type)

/** A promise that the test resolves. */
function createGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

test('stream() rejects a type other than text and markdown', async () => {
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      await stream({ type: 'html' as 'text' }).pipe(
        new Blob(['x']).stream().pipeThrough(new TextDecoderStream()),
      )
    },
  })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })

  await expect(server.ask('go')).rejects.toThrow(
    'Unable to start the stream; its type is html. Use text or markdown.',
  )
})

test('a bot sends a welcome message, answers messages and events, and can read the user and the history', async () => {
  const bot = defineBot({
    onConversation: async ({ reply, user }) => {
      await reply(text(`welcome ${user.name}`))
    },
    onMessage: async ({ message, history, reply, conversation }) => {
      const payloads = (await history({ includeCurrent: true })).map(({ payload }) => payload)
      await reply(text(`${conversation.id}: ${payloads.length}`), { metadata: { answers: message.id } })
    },
    onEvent: async ({ event, sendEvent }) => {
      await sendEvent({ echo: event.payload })
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  await me.updateUser({ name: 'Ann' })
  await me.createConversation({ id: 'c' })
  const listening = await openStream(me, { id: 'c' })

  const { message } = await me.createMessage({ conversationId: 'c', payload: text('hello') })
  await listening.until((signals) => messageTexts(signals).includes('c: 2'))
  await me.createEvent({ conversationId: 'c', payload: { ring: true } })
  const signals = await listening.until(
    (received) => signalTypes(received).filter((type) => type === 'event_created').length === 2,
  )

  expect(signals.at(-1)).toMatchObject({
    type: 'event_created',
    data: { id: null, userId: 'bot_demo', isBot: true, payload: { echo: { ring: true } } },
  })
  const { messages } = await me.listMessages({ conversationId: 'c' })
  expect(messages).toMatchObject([
    { userId: 'bot_demo', payload: text('c: 2'), metadata: { answers: message.id } },
    { userId: me.user.id, payload: text('hello') },
    { userId: 'bot_demo', payload: text('welcome Ann') },
  ])
})

test('a streaming message is delivered as ordered deltas, then as a complete signal, then as a message', async () => {
  const listenerReady = createGate()
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      await listenerReady.opened
      const answer = stream({ type: 'markdown' })
      for (const word of ['one ', 'two ', 'three']) answer.write(word)
      await answer.end({ metadata: { source: 'test' } })
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation({})
  const listening = await openStream(me, { id: conversation.id })

  await sendTexts(me, conversation.id, 'first')
  await listening.until(hasTexts(1))
  listenerReady.open()
  const signals = await listening.until(
    (received) => signalTypes(received).filter((type) => type === 'message_created').length === 2,
  )

  const [, ...streamSignals] = signals
  expect(signalTypes(streamSignals)).toEqual([
    'message_stream_delta',
    'message_stream_delta',
    'message_stream_delta',
    'message_stream_complete',
    'message_created',
  ])
  const streamIds = streamSignals.map(({ data }) => {
    const { streamId, metadata } = data as { streamId?: string; metadata?: { streamId: string } }
    return streamId ?? metadata?.streamId
  })
  expect(new Set(streamIds).size).toBe(1)
  expect(streamSignals[0]?.data).toMatchObject({ sequence: 0, delta: 'one ', userId: 'bot_demo' })
  expect(streamSignals[4]?.data).toMatchObject({
    payload: { type: 'markdown', markdown: 'one two three' },
    metadata: { source: 'test', streamId: streamIds[0] },
  })
})

test('a listener that connects during a streaming message gets the text so far as one delta', async () => {
  const [firstHalfSent, released] = [createGate(), createGate()]
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      const answer = stream()
      answer.write('a')
      answer.write('b')
      firstHalfSent.open()
      await released.opened
      answer.write('c')
      await answer.end()
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation({})
  await sendTexts(me, conversation.id, 'go')
  await firstHalfSent.opened

  const stream = await openStream(me, { id: conversation.id })
  const first = (
    await stream.until((received) => received.some(({ type }) => type === 'message_stream_delta'))
  ).at(-1)
  released.open()
  await stream.until((received) => messageTexts(received).includes('abc'))

  expect(first?.data).toMatchObject({ delta: 'ab', sequence: 1 })
  expect(stream.signals.filter(({ type }) => type === 'message_stream_delta')[1]?.data).toMatchObject({
    delta: 'c',
    sequence: 2,
  })
})

test('a streaming message is aborted by its handler, or when its handler fails', async () => {
  const bot = defineBot({
    onMessage: async ({ message, stream, reply }) => {
      const answer = stream()
      answer.write('never mind')
      if (JSON.stringify(message.payload).includes('fail')) throw new Error('the bot is broken')
      await answer.abort()
      await reply(text('done'))
    },
  })
  const errors: object[] = []
  const logger = { info: () => {}, warn: () => {}, error: (fields: object) => errors.push(fields) }
  await using server = await startTestServer({ bot, logger })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation({})
  const listening = await openStream(me, { id: conversation.id })

  await sendTexts(me, conversation.id, 'fail', 'go on')
  const signals = await listening.until((received) => messageTexts(received).includes('done'))

  expect(signalTypes(signals).filter((type) => type === 'message_stream_abort')).toHaveLength(2)
  expect(errors).toMatchObject([{ err: { message: 'the bot is broken' } }])
})

test('turns of one conversation run one after another, without blocking other conversations', async () => {
  const release = createGate()
  const order: string[] = []
  const bot = defineBot({
    onMessage: async ({ message, conversation, reply }) => {
      if (conversation.id === 'slow' && order.length === 0) {
        order.push('slow begins')
        await release.opened
      }
      order.push(`${conversation.id} ${JSON.stringify(message.payload)}`)
      await reply(text('ok'))
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'slow' })
  await me.createConversation({ id: 'quick' })
  const [slow, quick] = [await openStream(me, { id: 'slow' }), await openStream(me, { id: 'quick' })]

  await sendTexts(me, 'slow', '1', '2')
  await sendTexts(me, 'quick', '1')
  await quick.until(hasTexts(2))
  release.open()
  await slow.until(hasTexts(4))

  expect(order).toEqual([
    'slow begins',
    'quick {"type":"text","text":"1"}',
    'slow {"type":"text","text":"1"}',
    'slow {"type":"text","text":"2"}',
  ])
})

test('messages of a bot are validated like those of users', async () => {
  const failures: string[] = []
  const bot = defineBot({
    onMessage: async ({ reply, stream }) => {
      const invalid = { type: 'text', text: '' } as const
      await reply(invalid).catch((error: Error) => failures.push(error.message))
      const empty: MessageStream = stream()
      await empty.end().catch((error: Error) => failures.push(error.message))
      await reply(text('still here'))
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation({})
  const listening = await openStream(me, { id: conversation.id })

  await sendTexts(me, conversation.id, 'go')
  await listening.until((received) => messageTexts(received).includes('still here'))

  const reason = 'Unable to send the message; text must not be empty.'
  expect(failures).toEqual([reason, reason])
})

test('a bot can send messages outside of turns', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const listening = await openStream(me, { id: 'c' })

  const message = await server.chat.bot('demo').send('c', text('news'), { metadata: { n: 1 } })

  const [signal] = await listening.until(hasTexts(1))
  expect(signal?.data).toEqual({ ...message, isBot: true })
  await expect(server.chat.bot('demo').send('nowhere', text('x'))).rejects.toThrow('it does not exist')
  expect(() => server.chat.bot('other')).toThrow('the webhook ids of this server are: demo')
})

test('deleting a conversation aborts its running turn', async () => {
  const [started, aborted] = [createGate(), createGate()]
  let reason: unknown
  const bot = defineBot({
    onMessage: async ({ signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason
        aborted.open()
      })
      started.open()
      await aborted.opened
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  await sendTexts(me, 'c', 'go')
  await started.opened

  await me.deleteConversation({ id: 'c' })
  await aborted.opened

  expect(reason).toMatchObject({ message: 'the conversation was deleted' })
})

test.for(['replies-then-hangs', 'hangs-while-streaming'])(
  'INV-9: a turn interrupted by kill -9 runs again and stores no answer twice: %s',
  async (bot) => {
    using folder = temporaryFolder()
    const data = folder.file('parley.db')
    const userKey = await signUserKey({
      userId: 'ann',
      encryptionKey: 'the secret of a bot under test, for its keys',
    })
    const first = await startChildServer(data, { bot })
    const me = await connectWithoutRetry(first.url, userKey)
    await me.createConversation({ id: 'c' })
    const listening = await openStream(me, { id: 'c' })
    await sendTexts(me, 'c', 'go')
    await listening.until((received) => received.length >= 2)
    await first.stop('SIGKILL')

    const second = await startChildServer(data, { bot, env: { PARLEY_TEST_RELEASED: 'yes' } })
    const again = await connectWithoutRetry(second.url, userKey)
    const resumed = await openStream(again, { id: 'c', after: listening.signals[0]?.id ?? '' })
    const answers = bot === 'replies-then-hangs' ? ['first', 'second'] : ['half of the answer']
    await resumed.until(hasTexts(answers.length))
    await second.stop('SIGTERM')
    const third = await startChildServer(data, { bot, env: { PARLEY_TEST_RELEASED: 'yes' } })
    const after = resumed.signals.findLast(({ id }) => id)?.id ?? ''
    const last = await openStream(await connectWithoutRetry(third.url, userKey), { id: 'c', after })
    await sendTexts(await connectWithoutRetry(third.url, userKey), 'c', 'again')
    await last.until(hasTexts(1 + answers.length))
    await third.stop('SIGTERM')

    expect(messageTexts(resumed.signals)).toEqual(answers)
    expect(messageTexts(last.signals)).toEqual(['again', ...answers])
  },
)

test('unawaited and late replies of a handler are only logged', async () => {
  const release = createGate()
  const lateReplyFailed = createGate()
  const warnings: object[] = []
  const logger = { info: () => {}, warn: (fields: object) => warnings.push(fields), error: () => {} }
  const bot = defineBot({
    onMessage: ({ message, reply }) => {
      if (JSON.stringify(message.payload).includes('bad')) void reply({ type: 'text', text: '' })
      else {
        void release.opened.then(() => reply(text('too late'))).catch(lateReplyFailed.open)
      }
    },
  })
  await using server = await startTestServer({ bot, logger })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  await sendTexts(me, 'c', 'bad', 'good')
  await waitUntil(() => warnings.length === 1)

  release.open()
  await lateReplyFailed.opened

  expect(warnings).toMatchObject([
    { err: { message: 'Unable to send the message; text must not be empty.' } },
    { err: { message: expect.stringContaining('the turn is over') as string } },
  ])
  expect((await me.listMessages({ conversationId: 'c' })).messages).toHaveLength(2)
})

test('a turn that exceeds its timeout is aborted with its streaming message, and the next turn starts', async () => {
  const failures: object[] = []
  const logger = { info: () => {}, warn: () => {}, error: (fields: object) => failures.push(fields) }
  const bot = defineBot({
    onMessage: async ({ message, stream, reply, signal }) => {
      if (!JSON.stringify(message.payload).includes('slow')) {
        await reply(text('quick'))
        return
      }
      stream().write('half')
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    },
  })
  await using server = await startTestServer({ bot, logger, turnTimeoutMs: 1_000 })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const listening = await openStream(me, { id: 'c' })

  await sendTexts(me, 'c', 'slow', 'next')
  await listening.until((received) => messageTexts(received).includes('quick'))

  expect(signalTypes(listening.signals)).toContain('message_stream_abort')
  expect(failures).toMatchObject([{ err: { message: 'the turn took longer than 1000 ms' } }])
})

test('a streaming message is aborted if its end fails, and accepts only text', async () => {
  const failures: string[] = []
  const listenerReady = createGate()
  const bot = defineBot({
    onMessage: async ({ stream, reply }) => {
      await listenerReady.opened
      const answer = stream()
      const invalidText: unknown = undefined
      try {
        answer.write(invalidText as string)
      } catch (error) {
        failures.push(String(error))
      }
      answer.write('half')
      await answer.end({ metadata: { big: 1n } }).catch((error: Error) => failures.push(error.message))
      await reply(text('done'))
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const listening = await openStream(me, { id: 'c' })
  await sendTexts(me, 'c', 'go')
  await listening.until(hasTexts(1))
  listenerReady.open()

  const [, ...signals] = await listening.until(hasTexts(2))

  expect(signalTypes(signals)).toEqual(['message_stream_delta', 'message_stream_abort', 'message_created'])
  expect(failures[0]).toContain('the text is of type undefined')
  expect(failures).toHaveLength(2)
})

test('INV-9: an interrupted turn runs again even if an earlier conversation was deleted', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const userKey = await signUserKey({
    userId: 'ann',
    encryptionKey: 'the secret of a bot under test, for its keys',
  })
  const turns: string[] = []
  const started = createGate()
  const bot = (isHanging: boolean) =>
    defineBot({
      onMessage: async ({ message, reply, signal }) => {
        const isLastMessage = JSON.stringify(message.payload).includes('last')
        if (isLastMessage) turns.push(isHanging ? 'interrupted' : 'repeated')
        if (isLastMessage && isHanging) {
          started.open()
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve)
          })
          return
        }
        await reply(text('answer'))
      },
    })
  const first = await startTestServer({
    data,
    encryptionKey: 'the secret of a bot under test, for its keys',
    bot: bot(true),
  })
  const me = await connectWithoutRetry(first.url, userKey)
  await me.createConversation({ id: 'old' })
  const old = await openStream(me, { id: 'old' })
  await sendTexts(me, 'old', '1', '2', '3')
  await old.until(hasTexts(6))
  await me.deleteConversation({ id: 'old' })
  await me.createConversation({ id: 'new' })
  await sendTexts(me, 'new', 'last')
  await started.opened
  await first.close()

  await using second = await startTestServer({
    data,
    encryptionKey: 'the secret of a bot under test, for its keys',
    bot: bot(false),
  })
  const again = await connectWithoutRetry(second.url, userKey)
  const listening = await openStream(again, { id: 'new' })
  await expect
    .poll(async () => (await again.listMessages({ conversationId: 'new' })).messages)
    .toHaveLength(2)

  expect(turns).toEqual(['interrupted', 'repeated'])
  listening.close()
})

test.for([Number.NaN, 2.5, -1, 0, 101, '20' as unknown as number])(
  'history rejects the limit %s, and says what to pass',
  async (limit) => {
    const bot = defineBot({ onMessage: ({ history }) => history({ limit }) })
    await using server = await startTestServer({ bot, logger: createRecordingLogger() })

    await expect(server.ask('go')).rejects.toThrow(
      `Unable to read the history; the limit is ${limit}. Pass an integer from 1 to 100.`,
    )
  },
)
