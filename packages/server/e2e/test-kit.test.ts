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
const signalText = (data: string | undefined) =>
  (JSON.parse(data ?? '{}') as { data: { payload: { text: string } } }).data.payload.text

test('cut resets all open connections, and the server continues', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  const streams = [await openConversationStream(me, id), await openUserStream(me)]
  await expect.poll(() => server.streams).toBe(2)

  server.cutConnections()

  for (const stream of streams) await expect(stream.next()).rejects.toThrow('terminated')
  await expect.poll(() => [server.streams, server.connections]).toEqual([0, 0])
  expect((await me.get('/users/me')).status).toBe(200)
})

test('cut with a filter leaves other connections open', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  await using userStream = await openUserStream(me)
  const cutStream = await openConversationStream(me, id)

  server.cutConnections(({ path }) => path.endsWith(`/${id}/listen`))
  await sendText(me, id, 'Hello')

  await expect(cutStream.next()).rejects.toThrow('terminated')
  expect(signalText((await userStream.next())?.data)).toBe('Hello')
})

test('delayed responses are not delivered if their connection is cut', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  server.delay(3_600_000)

  const sending = sendText(me, id, 'stored')
  await expect.poll(() => server.requests.filter(isMessage)).toHaveLength(1)
  await server.chat.bot('demo').send(id, { type: 'text', text: 'also stored' })
  server.cutConnections()
  server.reset()

  await expect(sending).rejects.toThrow('fetch failed')
  expect(new Set(await listTexts(me, id))).toEqual(new Set(['stored', 'also stored']))
})

test('delayed data keeps its order', async () => {
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
  expect(events.map((event) => signalText(event?.data))).toEqual(['one', 'two', 'three'])
})

test('a dropped request has no effect', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  server.drop({ only: isMessage })

  await expect(sendText(me, id, 'lost')).rejects.toThrow('fetch failed')
  await sendText(me, id, 'next')

  expect(await listTexts(me, id)).toEqual(['next'])
  expect(server.requests.filter(isMessage).map(({ outcome }) => outcome)).toEqual(['dropped', 'forwarded'])
})

test('a request whose response is dropped takes effect', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  server.drop({ only: isMessage, when: 'after' })

  await expect(sendText(me, id, 'stored')).rejects.toThrow('fetch failed')

  expect(await listTexts(me, id)).toEqual(['stored'])
  expect(server.requests.filter(isMessage)).toEqual([
    { method: 'POST', path: '/messages', webhookId: 'demo', outcome: 'response_dropped' },
  ])
})

test('drop affects the given number of requests', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  server.drop({ times: 2 })

  const outcomes = []
  for (let n = 0; n < 4; n++) outcomes.push(await me.get('/users/me').then(outcome, () => 'lost'))

  expect(outcomes).toEqual(['lost', 'lost', '200', '200'])
})

test('respond sends a valid error for a type, and otherwise the given body', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  server.respond({ status: 429, type: 'RateLimited', retryAfter: 7 })
  server.respond({ status: 403, body: '<h1>Forbidden</h1>', contentType: 'text/html' }, { times: 2 })

  const limited = await sendRequest('GET', `${server.url}/users/me`, {
    key: me.key,
    headers: { origin: 'http://page' },
  })
  const html = await me.get('/users/me')

  expect(outcome(limited)).toBe('429 RateLimited')
  expect(limited.headers.get('retry-after')).toBe('7')
  expect(limited.headers.get('access-control-allow-origin')).toBe('http://page')
  expect([html.status, html.text]).toEqual([403, '<h1>Forbidden</h1>'])
  server.reset()
  expect(outcome(await me.get('/users/me'))).toBe('200')
})

test('a frozen server accepts connections without a response, and handles the requests when it resumes', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  await using stream = await openConversationStream(me, id)
  server.freeze()
  let hasResponse = false

  const sending = sendText(me, id, 'late').then(() => (hasResponse = true))
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  await expect.poll(() => server.connections).toBeGreaterThanOrEqual(3)
  expect(server.requests.filter(isMessage)).toEqual([])
  expect(hasResponse).toBe(false)

  server.resume()
  await sending
  expect(signalText((await stream.next())?.data)).toBe('late')
  socket.destroy()
})

test('a frozen server handles a request when it resumes, even if the client has aborted it', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  const body = JSON.stringify({ conversationId: id, payload: { type: 'text', text: 'aborted' } })
  server.freeze()
  const controller = new AbortController()
  const sending = fetch(`${server.url}/messages`, {
    method: 'POST',
    headers: { 'x-user-key': me.key, 'content-type': 'application/json' },
    body,
    signal: controller.signal,
  })
  await expect.poll(() => server.unreadBytes).toBeGreaterThan(body.length + 200)

  controller.abort()
  await expect(sending).rejects.toThrow('aborted')
  server.resume()

  await expect.poll(() => listTexts(me, id)).toEqual(['aborted'])
})

test('a server frozen with holdOutput handles requests, and sends its output when it resumes', async () => {
  await using server = await start()
  const me = await createTestUser(server.url)
  const id = await createConversation(me)
  await using stream = await openConversationStream(me, id)
  server.freeze({ holdOutput: true })

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

test('a restart ends all streams, and keeps the port, users, messages and positions', async () => {
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
  expect(signalText((await resumed.next())?.data)).toBe('after')
  expect(await listTexts(me, id)).toEqual(['after', 'before'])
})

test('concurrent starts, stops and restarts run one after another', async () => {
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

test('a killed server aborts the running turn, and runs it again after its start', async () => {
  const attempts: AbortSignal[] = []
  const bot = defineBot({
    onMessage: async ({ stream, signal }) => {
      attempts.push(signal)
      const answer = stream()
      answer.write('half of ')
      if (attempts.length === 1) await new Promise(() => {})
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
  expect(attempts.map(({ aborted }) => aborted)).toEqual([true, false])
})

test('after expireReplay, earlier positions cause a reset and new positions resume', async () => {
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

test('a given database file is not deleted, and a server can be closed twice', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const first = await start({ data, encryptionKey: 'the secret of a bot under test, for its keys' })
  const ann = await createTestUser(first.url, { id: 'ann' })

  await first.close()
  await first.close()
  await using second = await start({ data, encryptionKey: 'the secret of a bot under test, for its keys' })

  expect((await testUserWithKey(second.url, ann).get('/users/me')).status).toBe(200)
})
