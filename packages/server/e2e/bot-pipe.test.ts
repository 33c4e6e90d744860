import { expect, test } from 'vitest'
import { defineBot, type PipeOptions, type StreamPart, type TextSource } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { createConversation, createTestUser, listTexts, sendText } from './raw-http/test-user.ts'
import { messageTexts } from './support/collect.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry, openStream, sendTexts } from './support/test-client.ts'
import { waitUntil } from './support/wait-until.ts'

const failureText = 'Sorry, something went wrong. Please try again.'
const start = (options: Parameters<typeof startTestServer>[0]) =>
  startTestServer({ logger: createRecordingLogger(), ...options })

/** A bot that pipes the source into its answer. */
const pipe = (createSource: () => TextSource, options?: PipeOptions) =>
  defineBot({ onMessage: ({ stream }) => stream().pipe(createSource(), options) })

/** A source that yields the texts, then waits until it is cancelled. Records what happens to it. */
function createHangingSource(...texts: string[]) {
  const events: string[] = []
  const source: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = texts.shift()
        events.push(value ?? 'hangs')
        return value === undefined ? new Promise<never>(() => {}) : { value }
      },
      return: async () => {
        events.push('cancelled')
        return { done: true, value: undefined }
      },
    }),
  }
  return { source, events }
}

// eslint-disable-next-line require-yield
async function* failingSource(onFail?: () => void): AsyncGenerator<string> {
  onFail?.()
  throw new Error('the model is down')
}

async function* words(...texts: string[]) {
  yield* texts
}

test('pipe sends the text of the parts of the AI SDK, and fails with their error', async () => {
  const parts = async function* (last?: StreamPart) {
    yield* [{ type: 'start' }, { type: 'reasoning-delta', text: 'Hm' }, { type: 'text-delta', text: 'Hi' }]
    if (last) yield last
  }
  const ends: StreamPart[] = [
    { type: 'finish' },
    { type: 'error', error: new Error('overloaded') },
    { type: 'abort', reason: 'timeout' },
    { type: 'text-delta' },
    { type: 'error' },
  ]
  await using server = await start({ bot: pipe(() => parts(ends.shift())) })

  expect((await server.ask('first')).text).toBe('Hi')
  await expect(server.ask('second')).rejects.toThrow('overloaded')
  await expect(server.ask('third')).rejects.toThrow('its source was aborted: timeout')
  await expect(server.ask('fourth')).rejects.toThrow('its source yields a text-delta without "text"')
  await expect(server.ask('fifth')).rejects.toThrow('its source sent an error without a reason')
})

test('pipe sends the texts of an async iterable as deltas, and resolves to the stored message', async () => {
  const stored: unknown[] = []
  const received = Promise.withResolvers<void>()
  /** A listener that joins after the end of the message would get no deltas. */
  const source = async function* () {
    yield* ['one ', '']
    await received.promise
    yield 'two'
  }
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      const answer = stream({ type: 'markdown' })
      answer.write('Well: ')
      stored.push(await answer.pipe(source(), { metadata: { model: 'test' } }))
    },
  })
  await using server = await start({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const { id } = conversation
  const listening = await openStream(me, { id })

  await sendTexts(me, id, 'go')
  await listening.until((signals) => signals.some(({ type }) => type === 'message_stream_delta'))
  received.resolve()
  await listening.until((signals) => signals.filter(({ type }) => type === 'message_created').length === 2)

  const deltas = listening.signals.flatMap((signal) =>
    signal.type === 'message_stream_delta' ? [signal.data.delta] : [],
  )
  // A listener that joined just now may get several deltas as one.
  expect(deltas.join('')).toBe('Well: one two')
  const { messages } = await me.listMessages({ conversationId: id, limit: 1 })
  expect(messages).toMatchObject([
    { payload: { type: 'markdown', markdown: 'Well: one two' }, metadata: { model: 'test' } },
  ])
  await expect.poll(() => stored).toEqual(messages)
})

test('pipe accepts a ReadableStream, and a turn waits for a pipe that its handler does not await', async () => {
  const bot = defineBot({
    onMessage: ({ stream }) => {
      const source = new Blob(['a ReadableStream']).stream().pipeThrough(new TextDecoderStream())
      void stream().pipe(source, { idleTimeoutMs: Infinity })
    },
  })
  await using server = await start({ bot })

  expect((await server.ask('go', { timeoutMs: Infinity })).text).toBe('a ReadableStream')
})

test('pipe reads the next text only after the last one was sent, and lets other work run in between', async () => {
  let yielded = 0
  let iterations = 0
  const count = (): void => {
    iterations++
    if (yielded < 500) setImmediate(count)
  }
  const bot = pipe(async function* () {
    count()
    while (yielded < 500) {
      yielded++
      yield 'x'
    }
  })
  await using server = await start({ bot })

  expect((await server.ask('go')).text).toBe('x'.repeat(500))
  expect(iterations).toBeGreaterThanOrEqual(500)
})

test('when the source fails, pipe rejects with its error, stores nothing, and clients remove the text', async () => {
  const hasListener = Promise.withResolvers<void>()
  const bot = pipe(async function* () {
    await hasListener.promise
    yield 'half of '
    throw new Error('the model is overloaded')
  })
  await using server = await start({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const listening = await openStream(me, { id: conversation.id })

  await sendTexts(me, conversation.id, 'go')
  await listening.until((signals) => messageTexts(signals).includes('go'))
  hasListener.resolve()
  await listening.until((signals) => messageTexts(signals).length === 2)

  expect(listening.signals.map(({ type }) => type)).toEqual([
    'message_created',
    'message_stream_delta',
    'message_stream_abort',
    'message_created',
  ])
  expect(messageTexts(listening.signals)).toEqual(['go', failureText])
  expect(server.failedTurns).toMatchObject([{ error: { message: 'the model is overloaded' } }])
})

test.each([
  ['a source that ends without text', () => words(), 'its source ended without text'],
  [
    'values that are not strings',
    () => words(7 as unknown as string),
    'its source yields values of type number',
  ],
  ['a text', () => 'text' as unknown as TextSource, 'nor a ReadableStream. To send a text, use write()'],
  [
    'a function',
    () => failingSource as unknown as TextSource,
    'nor a ReadableStream. It is a function: call it',
  ],
  ['a promise', () => Promise.resolve(words('a')) as unknown as TextSource, 'It is a promise: await it'],
  ['null', () => null as unknown as TextSource, 'nor a ReadableStream. Pass one of them.'],
  ['a number', () => 5 as unknown as TextSource, 'nor a ReadableStream. Pass one of them.'],
  ['bytes', () => new Blob(['a']).stream() as unknown as TextSource, 'type Uint8Array. Decode the bytes'],
  ['more than 1 MiB', () => words('x'.repeat(600_000), 'x'.repeat(600_000)), 'the limit is 1048576 (1 MiB)'],
])('pipe rejects %s, and stores nothing', async (_, createSource, message) => {
  await using server = await start({ bot: pipe(createSource) })

  await expect(server.ask('go')).rejects.toThrow(message)

  expect(server.failedTurns[0]?.messages).toMatchObject([{ payload: { text: failureText } }])
})

test('a source that sends nothing for idleTimeoutMs is cancelled, and the user is told', async () => {
  const { source, events } = createHangingSource('half')
  await using server = await start({ bot: pipe(() => source, { idleTimeoutMs: 50 }) })

  await expect(server.ask('go')).rejects.toThrow('its source sent nothing for 50 ms')

  expect(events).toEqual(['half', 'hangs', 'cancelled'])
  expect(server.failedTurns[0]?.messages).toMatchObject([{ payload: { text: failureText } }])
})

test('a stop cancels the source, and pipe resolves to the text so far', async () => {
  const { source, events } = createHangingSource('Once ', 'upon')
  const results: unknown[] = []
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      results.push(await stream().pipe(source))
    },
  })
  await using server = await start({ bot })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'go')
  await waitUntil(() => events.includes('hangs'))

  await ann.post(`/conversations/${id}/stop`)

  expect(await listTexts(ann, id)).toEqual(['Once upon', 'go'])
  await waitUntil(() => results.length === 1)
  expect(results).toMatchObject([{ payload: { text: 'Once upon' }, metadata: { stopped: true } }])
  expect(events.at(-1)).toBe('cancelled')
  expect(server.failedTurns).toEqual([])
})

test('a ReadableStream is cancelled while it waits', async () => {
  const cancelled: unknown[] = []
  const started = Promise.withResolvers<void>()
  const source = new ReadableStream<string>({
    start: (controller) => {
      controller.enqueue('Once')
    },
    pull: () => {
      started.resolve()
    },
    cancel: (reason) => {
      cancelled.push(reason)
    },
  })
  await using server = await start({ bot: pipe(() => source) })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'go')
  await started.promise

  await ann.post(`/conversations/${id}/stop`)

  await waitUntil(() => cancelled.length === 1)
  expect(await listTexts(ann, id)).toContain('go')
})

test('abort and a deleted conversation cancel the source', async () => {
  const [aborted, deleted] = [createHangingSource('a'), createHangingSource('b')]
  const errors: unknown[] = []
  const bot = defineBot({
    onMessage: async ({ message, stream, reply }) => {
      const answer = stream()
      const isAborted = JSON.stringify(message.payload).includes('abort')
      const { source, events } = isAborted ? aborted : deleted
      const piping = answer.pipe(source).catch((error: unknown) => errors.push(error))
      await waitUntil(() => events.includes('hangs'))
      if (isAborted) await answer.abort()
      await piping
      await reply({ type: 'text', text: 'done' })
    },
  })
  await using server = await start({ bot })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'abort')
  await expect.poll(() => listTexts(ann, id)).toEqual(['done', 'abort'])
  await sendText(ann, id, 'delete')
  await waitUntil(() => deleted.events.includes('hangs'))

  await ann.delete(`/conversations/${id}`)

  await waitUntil(() => errors.length === 2)
  expect(aborted.events.at(-1)).toBe('cancelled')
  expect(deleted.events.at(-1)).toBe('cancelled')
  expect(errors).toMatchObject([
    { message: 'Unable to continue the stream; it has ended.' },
    { message: 'the conversation was deleted' },
  ])
})

test('INV-9: a turn that runs again does not read the source of a message that it had stored', async () => {
  const reads: string[] = []
  let attempt = 0
  const bot = defineBot({
    onMessage: async ({ stream, reply }) => {
      attempt++
      const run = `run ${attempt}`
      const source = async function* () {
        reads.push(run)
        yield run
      }
      await stream().pipe(source())
      if (attempt === 1) await new Promise(() => {})
      await reply({ type: 'text', text: `end of ${run}` })
    },
  })
  await using server = await start({ bot })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'go')
  await expect.poll(() => listTexts(ann, id)).toEqual(['run 1', 'go'])

  await server.kill()
  await server.start()

  await expect.poll(() => listTexts(ann, id)).toEqual(['end of run 2', 'run 1', 'go'])
  expect(reads).toEqual(['run 1'])
})

test('a pipe that fails before its handler ends fails the turn if the handler does not await it', async () => {
  const failed = Promise.withResolvers<void>()
  const bot = defineBot({
    onMessage: async ({ stream, history }) => {
      void stream().pipe(failingSource(failed.resolve))
      await failed.promise
      await history()
    },
  })
  await using server = await start({ bot })

  await expect(server.ask('go')).rejects.toThrow('the model is down')

  expect(server.failedTurns[0]?.messages).toMatchObject([{ payload: { text: failureText } }])
})

const ignoreError = () => {}
const handlings: Record<string, (piped: Promise<unknown>) => unknown> = {
  catch: (piped) => piped.catch(ignoreError),
  'catch without await': (piped) => void piped.catch(ignoreError),
  allSettled: (piped) => Promise.allSettled([piped]),
  try: async (piped) => {
    try {
      await piped
    } catch {}
  },
}

test.for(Object.keys(handlings))(
  'a handler that handles the error of its pipe (%s) has not failed',
  async (name) => {
    const handle = (piped: Promise<unknown>) => handlings[name]?.(piped)
    const bot = defineBot({ onMessage: ({ stream }) => handle(stream().pipe(failingSource())) })
    await using server = await start({ bot })

    const answer = await server.ask('go')

    expect(answer.messages).toEqual([])
    expect(server.failedTurns).toEqual([])
  },
)

test('the error of a pipe is logged once, as the failure of its turn', async () => {
  const logger = createRecordingLogger()
  await using server = await start({ bot: pipe(() => failingSource()), logger })

  await expect(server.ask('go')).rejects.toThrow('the model is down')

  expect(logger.entries).toEqual([])
  expect(logger.errors).toMatchObject([{ err: { message: 'the model is down' }, bot: 'bot_demo' }])
})

test('a handler that aborts the stream of a pipe that it does not await has not failed', async () => {
  const { source, events } = createHangingSource('a')
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      const answer = stream()
      void answer.pipe(source)
      await waitUntil(() => events.includes('hangs'))
      await answer.abort()
    },
  })
  await using server = await start({ bot })

  expect((await server.ask('go')).messages).toEqual([])
  expect(server.failedTurns).toEqual([])
})

test.for([0, -1, Number.NaN])(
  'pipe rejects idleTimeoutMs %s, and cancels its source',
  async (idleTimeoutMs) => {
    const { source, events } = createHangingSource()
    await using server = await start({ bot: pipe(() => source, { idleTimeoutMs }) })

    await expect(server.ask('go')).rejects.toThrow(`idleTimeoutMs is ${idleTimeoutMs}. Pass a number above 0`)

    expect(events).toEqual(['cancelled'])
  },
)

test.for(['waits', 'reports the abort in its own way'])(
  'a server that stops during a pipe whose source %s logs nothing',
  async (kind) => {
    const logger = createRecordingLogger()
    const started = Promise.withResolvers<void>()
    const bot = defineBot({
      onMessage: async ({ stream, signal }) => {
        const source = async function* (): AsyncGenerator<string> {
          yield 'Once'
          started.resolve()
          await new Promise((_, reject) => {
            if (kind !== 'waits')
              signal.addEventListener('abort', () => {
                reject(new Error('aborted by the user'))
              })
          })
        }
        await stream().pipe(source())
      },
    })
    await using server = await start({ bot, logger })
    const ann = await createTestUser(server.url)
    await sendText(ann, await createConversation(ann), 'go')
    await started.promise

    await server.stop()

    expect([logger.entries, logger.errors]).toEqual([[], []])
  },
)

test('a source that is piped after the turn is over is cancelled', async () => {
  const { source, events } = createHangingSource()
  const late: Promise<unknown>[] = []
  const over = Promise.withResolvers<void>()
  const bot = defineBot({
    onMessage: async ({ stream, reply }) => {
      const answer = stream()
      late.push(over.promise.then(() => answer.pipe(source)))
      late[0]?.catch(() => {})
      await reply({ type: 'text', text: 'done' })
    },
  })
  await using server = await start({ bot })

  await server.ask('go')
  over.resolve()

  await expect(late[0]).rejects.toThrow('the turn is over')
  expect(events).toEqual(['cancelled'])
})
