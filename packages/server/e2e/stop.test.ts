import { DatabaseSync } from 'node:sqlite'
import type { ChatSignal } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { defineBot, type MessageStream, type BotDefinition } from '../src/index.ts'
import { createCommitBarrier, startTestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, listTexts, sendText } from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { messageTexts } from './support/collect.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { storeBacklog } from './support/store-backlog.ts'
import { connectWithoutRetry, openStream, sendTexts } from './support/test-client.ts'
import { waitUntil } from './support/wait-until.ts'

const signalTypes = (signals: readonly ChatSignal[]) => signals.map(({ type }) => type)

/** A bot that streams "Once upon" and then waits until its turn ends. */
function createStoryteller(options: Partial<BotDefinition> = {}) {
  const streams: MessageStream[] = []
  const bot = defineBot({
    ...options,
    onMessage: async ({ message, signal, stream, reply }) => {
      if (message.payload.type === 'text' && message.payload.text !== 'tell') {
        await reply({ type: 'text', text: `heard ${message.payload.text}` })
        return
      }
      const answer = stream()
      answer.write('Once ')
      answer.write('upon')
      streams.push(answer)
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    },
  })
  return { bot, streams }
}

test('stores the text so far as one message, tells all streams, and responds afterwards', async () => {
  const { bot } = createStoryteller()
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const { id } = conversation
  const listening = await openStream(me, { id })
  await sendTexts(me, id, 'tell')
  await listening.until((signals) => signalTypes(signals).includes('message_stream_delta'))

  await me.stop({ conversationId: id })

  const { messages } = await me.listMessages({ conversationId: id })
  expect(messages).toMatchObject([
    { userId: 'bot_demo', payload: { type: 'text', text: 'Once upon' }, metadata: { stopped: true } },
    { payload: { type: 'text', text: 'tell' } },
  ])
  const signals = await listening.until((received) => messageTexts(received).length === 2)
  // A listener that joined just now may get both deltas as one.
  expect(signalTypes(signals).filter((type, index, types) => type !== types[index - 1])).toEqual([
    'message_created',
    'message_stream_delta',
    'message_stream_complete',
    'message_created',
  ])
  const [delta, complete, created] = [1, -2, -1].map((index) => signals.at(index)?.data)
  const streamId = (delta as { streamId: string }).streamId
  expect(complete).toEqual({ streamId, message: messages[0] })
  expect(created).toEqual({ ...messages[0], isBot: true })
  expect(messages[0]?.metadata).toEqual({ streamId, stopped: true })
})

test('a handler that writes and ends its stream later gets the stored message', async () => {
  const ended = Promise.withResolvers<unknown>()
  const bot = defineBot({
    onMessage: async ({ signal, stream }) => {
      const answer = stream({ type: 'markdown' })
      answer.write('**Once**')
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
      answer.write(' upon')
      await answer.abort()
      ended.resolve(await answer.end({ metadata: { late: true } }))
    },
  })
  const logger = createRecordingLogger()
  await using server = await startTestServer({ bot, logger })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const listening = await openStream(me, { id: conversation.id })
  await sendTexts(me, conversation.id, 'tell')
  await listening.until((signals) => signalTypes(signals).includes('message_stream_delta'))

  await me.stop({ conversationId: conversation.id })

  const { messages } = await me.listMessages({ conversationId: conversation.id })
  expect(await ended.promise).toEqual(messages[0])
  expect(messages[0]?.payload).toEqual({ type: 'markdown', markdown: '**Once**' })
  expect(messages).toHaveLength(2)
  expect([logger.entries, logger.errors]).toEqual([[], []])
})

test('a stopped turn cannot send any more, and that is not logged', async () => {
  const [started, failed] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()]
  const bot = defineBot({
    onMessage: async ({ signal, reply, stream }) => {
      stream().write('Once')
      started.resolve()
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
      await reply({ type: 'text', text: 'late' }).catch((error: unknown) => {
        failed.resolve(error)
      })
      throw new Error('aborted')
    },
  })
  const logger = createRecordingLogger()
  await using server = await startTestServer({ bot, logger })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'tell')
  await started.promise
  await ann.post(`/conversations/${id}/stop`)

  expect(await failed.promise).toMatchObject({
    message:
      'Unable to send; the turn was stopped by a user. Outside of a turn, use chat.bot(webhookId).send().',
  })
  expect([logger.entries, logger.errors]).toEqual([[], []])
})

test('a turn that has timed out is logged even if a user stops it afterwards', async () => {
  const timedOut = Promise.withResolvers<void>()
  const bot = defineBot({
    onMessage: async ({ signal, stream }) => {
      stream().write('Once')
      signal.addEventListener('abort', () => {
        timedOut.resolve()
      })
      await new Promise(() => {})
    },
  })
  const logger = createRecordingLogger()
  await using server = await startTestServer({ bot, logger, turnTimeoutMs: 50 })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'tell')
  await timedOut.promise

  await ann.post(`/conversations/${id}/stop`)

  expect(await listTexts(ann, id)).toEqual(['Once', 'tell'])
  await expect
    .poll(() => logger.errors)
    .toMatchObject([{ err: { message: 'the turn took longer than 50 ms' } }])
})

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('the route does not allow %s', async (method) => {
  await using server = await startTestServer({ logger: createRecordingLogger() })

  const response = await sendRequest(method, `${server.url}/conversations/any/stop`)

  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

test('a JSON body is ignored, another content type is rejected, and ids may contain slashes', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ann = await createTestUser(server.url)
  await ann.post('/conversations', { id: 'team/one\\1' })
  const path = `/conversations/${encodeURIComponent('team/one\\1')}/stop`
  const xml = { key: ann.key, body: '<stop/>', headers: { 'content-type': 'text/xml' } }

  expect(outcome(await ann.post(path, { text: 'ignored' }))).toBe('204')
  expect(outcome(await ann.post(`${path}/`))).toBe('204')
  expect(outcome(await ann.post('/conversations/team/one/stop'))).toBe('404 ResourceNotFound')
  expect(outcome(await sendRequest('POST', server.url + path, xml))).toBe('415 UnsupportedMediaType')
  expect(outcome(await sendRequest('POST', server.url + path))).toBe('401 Unauthorized')
})

test('streams that a handler starts after the stop do not throw, and store nothing', async () => {
  const [started, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()]
  const bot = defineBot({
    onMessage: async ({ signal, stream }) => {
      stream().write('Once')
      started.resolve()
      await new Promise((resolve) => {
        // An exception in an event listener would end the process.
        signal.addEventListener('abort', () => {
          const late = stream()
          late.write('late')
          late.end().catch((error: unknown) => {
            ended.resolve(error)
          })
          resolve(undefined)
        })
      })
    },
  })
  const logger = createRecordingLogger()
  await using server = await startTestServer({ bot, logger })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const { id } = conversation
  await sendTexts(me, id, 'tell')
  await started.promise

  await me.stop({ conversationId: id })

  expect(String(await ended.promise)).toContain('the turn was stopped')
  const listening = await openStream(me, { id })
  await sendTexts(me, id, 'next')
  await listening.until((signals) => messageTexts(signals).includes('next'))
  expect(signalTypes(listening.signals)).not.toContain('message_stream_abort')
  expect(JSON.stringify(listening.signals)).not.toContain('late')
  const { messages } = await me.listMessages({ conversationId: id })
  expect(messages).toMatchObject([
    { payload: { text: 'next' } },
    { payload: { text: 'Once' } },
    { payload: { text: 'tell' } },
  ])
  expect([logger.entries, logger.errors]).toEqual([[], []])
})

test('a stopped message has at most 1 MiB, like others', async () => {
  const errors: unknown[] = []
  const bot = defineBot({
    onMessage: async ({ signal, stream }) => {
      const answer = stream()
      try {
        answer.write('x'.repeat(1024 * 1024 - 200))
        while (errors.length === 0) answer.write('x')
      } catch (error) {
        errors.push(error)
      }
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    },
  })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  await sendTexts(me, conversation.id, 'tell')
  await waitUntil(() => errors.length === 1)

  await me.stop({ conversationId: conversation.id })

  const [stored] = (await me.listMessages({ conversationId: conversation.id })).messages
  expect(JSON.stringify(stored?.payload).length + JSON.stringify(stored?.metadata).length).toBe(1024 * 1024)
})

test('a short lock of the database does not lose the text so far', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const { bot, streams } = createStoryteller()
  const logger = createRecordingLogger()
  await using server = await startTestServer({ bot, data, logger })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const { id } = conversation
  const listening = await openStream(me, { id })
  await sendTexts(me, id, 'tell')
  await waitUntil(() => streams.length === 1)
  {
    using otherConnection = new DatabaseSync(data)
    otherConnection.exec('BEGIN IMMEDIATE')
    const stopping = me.stop({ conversationId: id })
    await waitUntil(() => logger.errors.length > 0)
    otherConnection.exec('ROLLBACK')
    await stopping
  }
  await sendTexts(me, id, 'next')

  await listening.until((signals) => messageTexts(signals).includes('heard next'))
  expect(messageTexts(listening.signals)).toEqual(['tell', 'Once upon', 'next', 'heard next'])
  expect(signalTypes(listening.signals)).not.toContain('message_stream_abort')
})

test('while the database is locked, a stop gets 503, and its text is stored when the lock ends', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const { bot, streams } = createStoryteller()
  const logger = createRecordingLogger()
  await using server = await startTestServer({ bot, data, logger })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'tell')
  await waitUntil(() => streams.length === 1)
  {
    using otherConnection = new DatabaseSync(data)
    otherConnection.exec('BEGIN IMMEDIATE')
    const first = await ann.post(`/conversations/${id}/stop`)
    const second = await ann.post(`/conversations/${id}/stop`)
    otherConnection.exec('ROLLBACK')
    expect([outcome(first), outcome(second)]).toEqual(['503 Unavailable', '503 Unavailable'])
  }

  await expect.poll(() => listTexts(ann, id), { timeout: 10_000 }).toEqual(['Once upon', 'tell'])
  await sendText(ann, id, 'next')
  await expect.poll(() => listTexts(ann, id)).toEqual(['heard next', 'next', 'Once upon', 'tell'])
})

test('a stop also ends the next turn of a conversation that waits for maxConcurrentTurns', async () => {
  const { bot, streams } = createStoryteller()
  await using server = await startTestServer({ bot, maxConcurrentTurns: 1 })
  const ann = await createTestUser(server.url)
  const [busy, waiting] = [await createConversation(ann), await createConversation(ann)]
  await sendText(ann, busy, 'tell')
  await waitUntil(() => streams.length === 1)
  await sendText(ann, waiting, 'one')
  await sendText(ann, waiting, 'two')

  expect((await ann.post(`/conversations/${waiting}/stop`)).status).toBe(204)
  await ann.post(`/conversations/${busy}/stop`)

  await expect.poll(() => listTexts(ann, waiting)).toEqual(['heard two', 'two', 'one'])
})

test('a stop also ends a waiting turn of a conversation that is not in memory yet', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const { bot, streams } = createStoryteller()
  // Memory has room for 1,000 waiting conversations and one slice of a scan.
  const others = Array.from({ length: 2_500 }, (_, n) => ({
    conversationId: `c${n}`,
    text: n ? 'hi' : 'tell',
  }))
  const last = { conversationId: 'last', userId: 'ben' }
  await storeBacklog(data, [...others, { ...last, text: 'one' }, { ...last, text: 'two' }])
  const encryptionKey = 'the secret of a bot under test, for its keys'
  const userKey = await signUserKey({ userId: 'ben', encryptionKey })
  {
    await using busy = await startTestServer({ bot, data, encryptionKey, maxConcurrentTurns: 1 })
    await waitUntil(() => streams.length === 1)
    await (await connectWithoutRetry(busy.url, userKey)).stop({ conversationId: 'last' })
  }

  await using server = await startTestServer({ bot, data, encryptionKey })

  const ben = await connectWithoutRetry(server.url, userKey)
  const listLast = async () =>
    (await ben.listMessages({ conversationId: 'last' })).messages.map(
      ({ payload }) => 'text' in payload && payload.text,
    )
  await expect.poll(listLast, { timeout: 30_000 }).toEqual(['heard two', 'two', 'one'])
}, 60_000)

test('a stopped text is stored although the database is locked when the server begins to stop', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const { bot, streams } = createStoryteller()
  await using server = await startTestServer({ bot, data, logger: createRecordingLogger() })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'tell')
  await waitUntil(() => streams.length === 1)
  const { chat } = server
  let stopping: Promise<void>
  {
    using otherConnection = new DatabaseSync(data)
    otherConnection.exec('BEGIN IMMEDIATE')
    const stopped = await ann.post(`/conversations/${id}/stop`)
    expect(outcome(stopped)).toBe('503 Unavailable')
    stopping = server.stop()
    // Each attempt waits for the lock for 250 ms.
    for (let attempt = 0; attempt < 8; attempt++)
      await chat
        .bot('demo')
        .sendEvent(id, {})
        .catch(() => {})
    otherConnection.exec('ROLLBACK')
  }
  await stopping

  await server.start()

  expect(await listTexts(ann, id)).toEqual(['Once upon', 'tell'])
  await sendText(ann, id, 'next')
  await expect.poll(() => listTexts(ann, id)).toEqual(['heard next', 'next', 'Once upon', 'tell'])
  expect(streams).toHaveLength(1)
})

test('with onBusy "interrupt", messages that wait for a stopped turn are answered together', async () => {
  const heard: string[][] = []
  const [started, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const bot = defineBot({
    onBusy: 'interrupt',
    onMessage: async ({ message, history, reply }) => {
      const texts = (await history({ includeCurrent: true })).map(
        ({ payload }) => 'text' in payload && payload.text,
      )
      heard.push(texts.map(String))
      if (message.payload.type === 'text' && message.payload.text === '1') {
        started.resolve()
        await released.promise
      } else await reply({ type: 'text', text: 'answer' })
    },
  })
  await using server = await startTestServer({ bot })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, '1')
  await started.promise
  for (const text of ['2', '3', '4', '5']) await sendText(ann, id, text)

  released.resolve()

  await expect.poll(() => listTexts(ann, id)).toEqual(['answer', '5', '4', '3', '2', '1'])
  expect(heard).toEqual([['1'], ['1', '2', '3', '4', '5']])
})

test('a stream without text is removed, and nothing is stored', async () => {
  const started = Promise.withResolvers<MessageStream>()
  const bot = defineBot({
    onMessage: async ({ signal, stream }) => {
      started.resolve(stream())
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    },
  })
  await using server = await startTestServer({ bot })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await sendText(ann, id, 'tell')
  const answer = await started.promise

  const response = await ann.post(`/conversations/${id}/stop`)

  expect([response.status, response.text]).toEqual([204, ''])
  expect(await listTexts(ann, id)).toEqual(['tell'])
  await expect(answer.end()).rejects.toThrow('the stream had no text to store')
})

test('responds with 204 if nothing is running, also for a bot without handlers, and repeatedly', async () => {
  await using server = await startTestServer({ bots: { silent: {}, demo: { bot: createStoryteller().bot } } })
  for (const bot of ['silent', 'demo']) {
    const ann = await createTestUser(`${server.origin}/${bot}`)
    const id = await createConversation(ann)

    expect((await ann.post(`/conversations/${id}/stop`)).status).toBe(204)
    expect((await ann.post(`/conversations/${id}/stop`, {})).status).toBe(204)
  }
})

test('only participants can stop a turn, and only in their conversation', async () => {
  const { bot, streams } = createStoryteller()
  await using server = await startTestServer({ bot })
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [id, otherId] = [await createConversation(ann), await createConversation(ben)]
  await sendText(ann, id, 'tell')
  await sendText(ben, otherId, 'tell')
  await waitUntil(() => streams.length === 2)

  expect(outcome(await ben.post(`/conversations/${id}/stop`))).toBe('403 Forbidden')
  expect(outcome(await ben.post('/conversations/unknown/stop'))).toBe('403 Forbidden')
  expect((await ann.post(`/conversations/${id}/stop`)).status).toBe(204)

  expect(await listTexts(ann, id)).toEqual(['Once upon', 'tell'])
  expect(await listTexts(ben, otherId)).toEqual(['tell'])
})

test('twenty participants who stop at once leave one message', async () => {
  const { bot, streams } = createStoryteller()
  await using server = await startTestServer({ bot })
  const users = await Promise.all(Array.from({ length: 20 }, () => createTestUser(server.url)))
  const [ann, ...others] = users
  if (!ann) throw new Error('no users')
  const id = await createConversation(ann, ...others)
  await sendText(ann, id, 'tell')
  await waitUntil(() => streams.length === 1)

  const responses = await Promise.all(users.map((user) => user.post(`/conversations/${id}/stop`)))

  expect(responses.map(({ status }) => status)).toEqual(users.map(() => 204))
  expect(await listTexts(ann, id)).toEqual(['Once upon', 'tell'])
})

test('stop and end at the same moment leave one message, whichever comes first', async () => {
  const streams: MessageStream[] = []
  const bot = defineBot({
    onMessage: async ({ stream, signal }) => {
      const answer = stream()
      answer.write('whole')
      streams.push(answer)
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    },
  })
  await using server = await startTestServer({ bot })
  const ann = await createTestUser(server.url)

  for (let round = 0; round < 20; round++) {
    const id = await createConversation(ann)
    await sendText(ann, id, 'tell')
    await waitUntil(() => streams.length === round + 1)
    const stream = streams[round]
    const endsFirst = round % 2 === 0
    const earlyEnd = endsFirst ? stream?.end() : undefined
    const stopping = ann.post(`/conversations/${id}/stop`)
    // Every other round, the server has received the request before the stream ends.
    if (!endsFirst) await waitUntil(() => server.requests.some(({ path }) => path.endsWith(`${id}/stop`)))
    const message = await (earlyEnd ?? stream?.end())

    expect((await stopping).status).toBe(204)
    expect(message?.payload).toEqual({ type: 'text', text: 'whole' })
    expect(await listTexts(ann, id)).toEqual(['whole', 'tell'])
  }
})

test('messages that arrived during the stopped turn are answered afterwards, in order', async () => {
  const { bot, streams } = createStoryteller()
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const { id } = conversation
  const listening = await openStream(me, { id })
  await sendTexts(me, id, 'tell', 'one', 'two')
  await waitUntil(() => streams.length === 1)

  await me.stop({ conversationId: id })

  await listening.until((signals) => messageTexts(signals).includes('heard two'))
  expect(messageTexts(listening.signals)).toEqual([
    'tell',
    'one',
    'two',
    'Once upon',
    'heard one',
    'heard two',
  ])
})

test('a bot with onBusy "interrupt" stops its turn when the next message arrives', async () => {
  const { bot, streams } = createStoryteller({ onBusy: 'interrupt' })
  await using server = await startTestServer({ bot })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation()
  const listening = await openStream(me, { id: conversation.id })
  await sendTexts(me, conversation.id, 'tell')
  await waitUntil(() => streams.length === 1)

  await sendTexts(me, conversation.id, 'wait')

  await listening.until((signals) => messageTexts(signals).includes('heard wait'))
  expect(messageTexts(listening.signals)).toEqual(['tell', 'wait', 'Once upon', 'heard wait'])
})

test('a message does not interrupt its own turn, which may start before its commit is reported', async () => {
  const commitBarrier = createCommitBarrier()
  const started: string[] = []
  const reported = Promise.withResolvers<void>()
  const bot = defineBot({
    onBusy: 'interrupt',
    onMessage: async ({ message, signal, reply }) => {
      const text = message.payload.type === 'text' ? message.payload.text : ''
      started.push(text)
      if (text === 'one') {
        commitBarrier.block()
        return
      }
      await reported.promise
      if (!signal.aborted) await reply({ type: 'text', text: `heard ${text}` })
    },
  })
  await using server = await startTestServer({ bot, commitBarrier })
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  void sendText(ann, id, 'one')
  await waitUntil(() => started.length === 1)
  const sending = sendText(ann, id, 'two')
  // The response to a later request shows that the message has reached the writer thread.
  await waitUntil(() => server.requests.filter(({ path }) => path.endsWith('/messages')).length === 2)
  await ann.get('/users/me')

  // The end of the first turn and the second message are both stored before this thread learns of either.
  commitBarrier.unblock()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  await sending
  reported.resolve()

  await expect.poll(() => listTexts(ann, id)).toEqual(['heard two', 'two', 'one'])
})

test('a stopped turn does not run again after a crash', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const first = await startChildServer(data, { bot: 'hangs-while-streaming' })
  const me = await connectWithoutRetry(first.url)
  const { conversation } = await me.createConversation()
  const { id } = conversation
  const listTextsNow = async () =>
    (await me.listMessages({ conversationId: id })).messages.map(
      ({ payload }) => 'text' in payload && payload.text,
    )
  const listening = await openStream(me, { id })
  await sendTexts(me, id, 'tell')
  await listening.until((signals) => signalTypes(signals).includes('message_stream_delta'))
  await me.stop({ conversationId: id })
  expect(await listTextsNow()).toEqual(['half of ', 'tell'])
  listening.close()
  await first.stop('SIGKILL')

  const port = Number(new URL(first.url).port)
  const env = { PARLEY_TEST_RELEASED: '1' }
  await startChildServer(data, { bot: 'hangs-while-streaming', port, env })
  await sendTexts(me, id, 'again')

  await expect.poll(listTextsNow).toEqual(['half of the answer', 'again', 'half of ', 'tell'])
})
