import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer, type TestRequest } from '../src/testing/index.ts'
import { openConversationStream, openUserStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import {
  createConversation,
  createTestUser,
  testUserWithKey,
  sendText,
  listTexts,
} from './raw-http/test-user.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const start = (options: Parameters<typeof startTestServer>[0] = {}) =>
  startTestServer({ logger: createRecordingLogger(), ...options })
const isMessage = ({ method, path }: Pick<TestRequest, 'method' | 'path'>) =>
  method === 'POST' && path === '/messages'
const text = (data: string | undefined) =>
  (JSON.parse(data ?? '{}') as { data: { payload: { text: string } } }).data.payload.text

test('cut resets every open connection, and the server goes on', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  const streams = [await openConversationStream(me, id), await openUserStream(me)]
  await expect.poll(() => server.streams).toBe(2)

  server.cut()

  for (const stream of streams) await expect(stream.next()).rejects.toThrow('terminated')
  await expect.poll(() => [server.streams, server.connections]).toEqual([0, 0])
  expect((await me.get('/users/me')).status).toBe(200)
})

test('cut leaves alone what it was not meant for', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  await using kept = await openUserStream(me)
  const lost = await openConversationStream(me, id)

  server.cut(({ path }) => path.endsWith(`/${id}/listen`))
  await sendText(me, id, 'Hello')

  await expect(lost.next()).rejects.toThrow('terminated')
  expect(text((await kept.next())?.data)).toBe('Hello')
})

test('what is delayed is not there yet, and lost if the connection is', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  server.delay(3_600_000)

  const sending = sendText(me, id, 'stored')
  await expect.poll(() => server.requests.filter(isMessage)).toHaveLength(1)
  await server.chat.bot('demo').send(id, { type: 'text', text: 'stored after it' })
  server.cut()
  server.reset()

  await expect(sending).rejects.toThrow('fetch failed')
  expect(new Set(await listTexts(me, id))).toEqual(new Set(['stored', 'stored after it']))
})

test('what is delayed comes in its order', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  await using stream = await openConversationStream(me, id)

  server.delay(50)
  await sendText(me, id, 'one')
  server.delay(10)
  await sendText(me, id, 'two')
  server.delay(0)
  await sendText(me, id, 'three')

  const events = [await stream.next(), await stream.next(), await stream.next()]
  expect(events.map((event) => text(event?.data))).toEqual(['one', 'two', 'three'])
})

test('a request lost before the server heard of it has done nothing', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  server.drop({ only: isMessage })

  await expect(sendText(me, id, 'lost')).rejects.toThrow('fetch failed')
  await sendText(me, id, 'next')

  expect(await listTexts(me, id)).toEqual(['next'])
  expect(server.requests.filter(isMessage).map(({ outcome }) => outcome)).toEqual(['lost', 'passed'])
})

test('a request whose answer is lost has been done', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  server.drop({ only: isMessage, when: 'after' })

  await expect(sendText(me, id, 'stored')).rejects.toThrow('fetch failed')

  expect(await listTexts(me, id)).toEqual(['stored'])
  expect(server.requests.filter(isMessage)).toEqual([
    { method: 'POST', path: '/messages', webhookId: 'demo', outcome: 'unanswered' },
  ])
})

test('drop befalls as many requests as it was told to', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  server.drop({ times: 2 })

  const outcomes = []
  for (let n = 0; n < 4; n++) outcomes.push(await me.get('/users/me').then(outcome, () => 'lost'))

  expect(outcomes).toEqual(['lost', 'lost', '200', '200'])
})

test('answers are in the error shape where they have a type, and as they are told to be otherwise', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  server.respond({ status: 429, type: 'RateLimited', retryAfter: 7 })
  server.respond({ status: 403, body: '<h1>Forbidden</h1>', contentType: 'text/html' }, { times: 2 })

  const limited = await sendRequest('GET', `${server.url}/users/me`, {
    key: me.key,
    headers: { origin: 'http://page' },
  })
  const page = await me.get('/users/me')

  expect(outcome(limited)).toBe('429 RateLimited')
  expect(limited.headers.get('retry-after')).toBe('7')
  expect(limited.headers.get('access-control-allow-origin')).toBe('http://page')
  expect([page.status, page.text]).toEqual([403, '<h1>Forbidden</h1>'])
  server.reset()
  expect(outcome(await me.get('/users/me'))).toBe('200')
})

test('a frozen server accepts connections and says nothing, then does what it was asked', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  await using stream = await openConversationStream(me, id)
  server.freeze()
  let isAnswered = false

  const sending = sendText(me, id, 'late').then(() => (isAnswered = true))
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  await expect.poll(() => server.connections).toBeGreaterThanOrEqual(3)
  expect(server.requests.filter(isMessage)).toEqual([])
  expect(isAnswered).toBe(false)

  server.resume()
  await sending
  expect(text((await stream.next())?.data)).toBe('late')
  socket.destroy()
})

test('what was sent to a frozen server is done later, though whoever sent it gave up', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  const body = JSON.stringify({ conversationId: id, payload: { type: 'text', text: 'given up' } })
  server.freeze()
  const impatient = new AbortController()
  const sending = fetch(`${server.url}/messages`, {
    method: 'POST',
    headers: { 'x-user-key': me.key, 'content-type': 'application/json' },
    body,
    signal: impatient.signal,
  })
  await expect.poll(() => server.unreadBytes).toBeGreaterThan(body.length + 200)

  impatient.abort()
  await expect(sending).rejects.toThrow('aborted')
  server.resume()

  await expect.poll(() => listTexts(me, id)).toEqual(['given up'])
})

test('a mute server goes on, and is heard when it is back', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  await using stream = await openConversationStream(me, id)
  server.freeze({ dropOutput: true })

  const sending = sendText(me, id, 'stored')
  await expect.poll(() => server.requests.filter(isMessage)).toHaveLength(1)
  await server.chat.bot('demo').send(id, { type: 'text', text: 'from the bot' })

  server.resume()
  await sending
  expect(await stream.nextSignals(2)).toMatchObject([
    { type: 'message_created' },
    { type: 'message_created' },
  ])
})

test('a restart ends the streams; port, users, messages and positions stay', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  const stream = await openConversationStream(me, id)
  await sendText(me, id, 'before')
  const last = await stream.next()

  await server.restart()
  expect(await stream.next()).toBeUndefined()
  await sendText(me, id, 'after')
  await using resumed = await openConversationStream(me, id, { 'last-event-id': last?.id ?? '' })

  expect(resumed.ready.state).toBe('resumed')
  expect(text((await resumed.next())?.data)).toBe('after')
  expect(await listTexts(me, id)).toEqual(['after', 'before'])
})

test('what stops and starts a server waits for its turn', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)

  await Promise.all([server.restart(), server.restart(), server.kill(), server.start(), server.start()])

  expect((await me.get('/users/me')).status).toBe(200)
})

test('a stopped server refuses connections until it is started', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)

  await server.stop()
  await expect(me.get('/users/me')).rejects.toThrow('fetch failed')
  await server.start()

  expect((await me.get('/users/me')).status).toBe(200)
})

test('a killed server loses the turn under way, and takes it up again', async () => {
  const runs: AbortSignal[] = []
  const bot = defineBot({
    onMessage: async ({ stream, signal }) => {
      runs.push(signal)
      const answer = stream()
      answer.write('half of ')
      if (runs.length === 1) await new Promise(() => {})
      answer.write('the answer')
      await answer.end()
    },
  })
  await using server = await start({ bot })
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  const stream = await openConversationStream(me, id)
  await sendText(me, id, 'Hello')
  await stream.nextSignals(2)

  await server.kill()
  await expect(stream.next()).rejects.toThrow('terminated')
  await server.start()

  await expect.poll(() => listTexts(me, id)).toEqual(['half of the answer', 'Hello'])
  expect(runs.map(({ aborted }) => aborted)).toEqual([true, false])
})

test('of a log that is forgotten no position is left, and new ones are good', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  const stateAfter = async (position: string) => {
    await using resumed = await openConversationStream(me, id, { 'last-event-id': position })
    return resumed.ready
  }
  await using stream = await openConversationStream(me, id)
  await sendText(me, id, 'Hello')
  await stream.next()

  server.expireReplay()

  const reset = await stateAfter(stream.ready.id)
  expect(reset.state).toBe('reset')
  expect((await stateAfter(reset.id)).state).toBe('resumed')
  expect(await listTexts(me, id)).toEqual(['Hello'])
})

test('a file that the test names is left there, and a server may be closed twice', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const first = await start({ data, encryptionKey: 'the secret of a bot under test, for its keys' })
  const ann = await createTestUser(first.url, { id: 'ann' })

  await first.close()
  await first.close()
  await using second = await start({ data, encryptionKey: 'the secret of a bot under test, for its keys' })

  expect((await testUserWithKey(second.url, ann).get('/users/me')).status).toBe(200)
})
