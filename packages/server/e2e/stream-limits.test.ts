import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestRequest, type TestServer } from '../src/testing/index.ts'
import { openConversationStream, openUserStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { openRawConnection } from './raw-http/raw-connection.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, sendText } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { formatGetRequest, sendWithoutReading } from './support/unread-connections.ts'

const logger = createRecordingLogger()

describe('a user with the maximum number of open streams', () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startTestServer({ logger, maxStreamsPerUser: 3 })
  })
  afterAll(() => server.close())

  test('cannot open another stream of either kind, but other users can', async () => {
    const [ada, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
    const id = await createConversation(ada, ben)
    await using first = await openUserStream(ada)
    await using second = await openConversationStream(ada, id)
    await using third = await openConversationStream(ada, id)

    const rejected = await ada.get('/users/me/listen')
    const alsoRejected = await ada.get(`/conversations/${id}/listen`)
    await using bensStream = await openConversationStream(ben, id)

    expect([rejected, alsoRejected].map(outcome)).toEqual(['429 RateLimited', '429 RateLimited'])
    expect(rejected.headers.get('retry-after')).toBe('5')
    expect([first, second, third, bensStream].map(({ ready }) => ready.state)).toEqual(Array(4).fill('fresh'))
  })

  test('can open another stream after one has ended, for any reason', async () => {
    const ada = await createTestUser(server.url)
    for (let round = 0; round < 5; round++) {
      const id = await createConversation(ada)
      await using ended = await openConversationStream(ada, id)
      await using aborted = await openUserStream(ada)
      await using alsoEnded = await openConversationStream(ada, id)
      await ada.delete(`/conversations/${id}`)
      expect(await ended.remainingSignals()).toEqual([])
      expect(await alsoEnded.remainingSignals()).toEqual([])
      await aborted[Symbol.asyncDispose]()
      await expect.poll(() => server.streams).toBe(0)
    }

    await using stream = await openUserStream(ada)

    expect(stream.ready.state).toBe('fresh')
  })
})

test('an ended stream does not count, even if its client keeps the connection open', async () => {
  await using server = await startTestServer({ logger, maxStreamsPerUser: 1 })
  const ada = await createTestUser(server.url)
  const id = await createConversation(ada)
  using connection = openRawConnection(server.origin, (address) =>
    connect({ ...address, allowHalfOpen: true }),
  )
  connection.write(formatGetRequest(`/demo/conversations/${id}/listen`, { 'x-user-key': ada.key }))
  await connection.until('event: ready')

  await ada.delete(`/conversations/${id}`)
  await connection.until('0\r\n\r\n')

  await expect.poll(async () => (await ada.get('/users/me/listen')).status).toBe(200)
})

test('stalled streams and responses are closed, but idle streams are not', async () => {
  await using server = await startTestServer({
    logger,
    stallTimeoutMs: 200,
    maxBufferedBytes: 64 * 1024 * 1024,
  })
  const ada = await createTestUser(server.url)
  const id = await createConversation(ada)
  await using idle = await openUserStream(await createTestUser(server.url))
  const headers = { 'x-user-key': ada.key }
  const listening = [`/demo/conversations/${id}/listen`, '/demo/users/me/listen']
  using _ = sendWithoutReading(
    server.origin,
    listening.map((path) => formatGetRequest(path, headers)),
  )
  await expect.poll(() => server.streams).toBe(3)

  for (let sent = 0; server.streams > 1 && sent < 100; sent++) await sendText(ada, id, 'x'.repeat(1_000_000))
  const listing = formatGetRequest(`/demo/conversations/${id}/messages`, headers).repeat(40)
  using __ = sendWithoutReading(server.origin, Array<string>(20).fill(listing))
  const isList = ({ method, path }: TestRequest): boolean => method === 'GET' && path.includes('/messages')
  await expect.poll(() => server.requests.filter(isList).length).toBeGreaterThan(20)

  await expect.poll(() => server.connections).toBeLessThan(20)
  expect(server.streams).toBe(1)
  expect(idle.ready.state).toBe('fresh')
})

test('responses to pipelined requests are sent in order', async () => {
  await using server = await startTestServer({ logger })
  const ada = await createTestUser(server.url)
  const id = await createConversation(ada)
  for (const text of ['1', '2', '3']) await sendText(ada, id, text.repeat(300_000))
  const path = `/demo/conversations/${id}/messages?limit=1`
  const paths = [path, '/demo/hello', path, '/demo/users/me', '/demo/conversations', path]
  using connection = openRawConnection(server.origin)

  connection.write(
    paths.map((requestPath) => formatGetRequest(requestPath, { 'x-user-key': ada.key })).join(''),
  )

  await expect.poll(() => connection.received().match(/HTTP\/1.1 200 OK/g)?.length).toBe(paths.length)
  const bodies = connection.received().match(/\r\n\r\n\{"\w+"/g)
  expect(bodies?.map((body) => body.slice(5))).toEqual([
    '"messages"',
    '"name"',
    '"messages"',
    '"user"',
    '"conversations"',
    '"messages"',
  ])
})

test('a new stream does not start with an old message after the clock was set back', async () => {
  let now = Date.now() + 3_600_000
  let monotonicNow = 0
  await using server = await startTestServer({ logger, now: () => now, monotonicNow: () => monotonicNow })
  const ada = await createTestUser(server.url)
  const id = await createConversation(ada)
  await sendText(ada, id, 'old')
  now -= 3_600_000
  monotonicNow += 10_000

  await using stream = await openConversationStream(ada, id)
  await sendText(ada, id, 'new')

  expect(await stream.nextSignals(1)).toMatchObject([{ data: { payload: { text: 'new' } } }])
})

test('in the path of a stream, a slash can stand for a backslash in an id, but only for participants', async () => {
  await using server = await startTestServer({ logger })
  const [ada, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  await ada.post('/conversations', { id: 'a\\b\\c' })
  await ben.post('/conversations', { id: 'a\\b/c' })

  const listen = (key: string) => sendRequest('GET', `${server.url}/conversations/a/b/c/listen`, { key })

  expect((await listen(ada.key)).status).toBe(200)
  expect((await listen(ben.key)).status).toBe(200)
  expect(outcome(await listen((await createTestUser(server.url)).key))).toBe('403 Forbidden')
})
