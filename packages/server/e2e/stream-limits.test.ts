import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestRequest, type TestServer } from '../src/testing/index.ts'
import { call } from './plain/call.ts'
import { listenTo, listenToAll } from './plain/event-stream.ts'
import { outcome } from './plain/outcome.ts'
import { newConversation, newPerson, say } from './plain/person.ts'
import { quietLogger } from './plain/quiet-logger.ts'
import { connectRaw } from './plain/raw-connection.ts'
import { getRequest, sendUnread } from './support/unread.ts'

const logger = quietLogger()

describe('a user with as many streams open as allowed', () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startTestServer({ logger, maxStreamsPerUser: 3 })
  })
  afterAll(() => server.close())

  test('cannot open another of either kind, while other users can', async () => {
    const [ada, ben] = [await newPerson(server.url), await newPerson(server.url)]
    const id = await newConversation(ada, ben)
    await using first = await listenToAll(ada)
    await using second = await listenTo(ada, id)
    await using third = await listenTo(ada, id)

    const refused = await ada.get('/users/me/listen')
    const alsoRefused = await ada.get(`/conversations/${id}/listen`)
    await using ofBen = await listenTo(ben, id)

    expect([refused, alsoRefused].map(outcome)).toEqual(['429 RateLimited', '429 RateLimited'])
    expect(refused.headers.get('retry-after')).toBe('5')
    expect([first, second, third, ofBen].map(({ ready }) => ready.state)).toEqual(Array(4).fill('fresh'))
  })

  test('may open another once one is closed, however it ended', async () => {
    const ada = await newPerson(server.url)
    for (let round = 0; round < 5; round++) {
      const id = await newConversation(ada)
      await using ended = await listenTo(ada, id)
      await using cut = await listenToAll(ada)
      await using left = await listenTo(ada, id)
      await ada.delete(`/conversations/${id}`)
      expect(await ended.rest()).toEqual([])
      expect(await left.rest()).toEqual([])
      await cut[Symbol.asyncDispose]()
      await expect.poll(() => server.streams).toBe(0)
    }

    await using stream = await listenToAll(ada)

    expect(stream.ready.state).toBe('fresh')
  })
})

test('an ended stream does not count, even if its client keeps the connection open', async () => {
  await using server = await startTestServer({ logger, maxStreamsPerUser: 1 })
  const ada = await newPerson(server.url)
  const id = await newConversation(ada)
  using connection = connectRaw(server.origin, (address) => connect({ ...address, allowHalfOpen: true }))
  connection.write(getRequest(`/demo/conversations/${id}/listen`, { 'x-user-key': ada.key }))
  await connection.until('event: ready')

  await ada.delete(`/conversations/${id}`)
  await connection.until('0\r\n\r\n')

  await expect.poll(async () => (await ada.get('/users/me/listen')).status).toBe(200)
})

test('a stream and a response without progress are closed; an idle stream is not', async () => {
  await using server = await startTestServer({
    logger,
    stallTimeoutMs: 200,
    maxBufferedBytes: 64 * 1024 * 1024,
  })
  const ada = await newPerson(server.url)
  const id = await newConversation(ada)
  await using silent = await listenToAll(await newPerson(server.url))
  const headers = { 'x-user-key': ada.key }
  const listening = [`/demo/conversations/${id}/listen`, '/demo/users/me/listen']
  using _ = sendUnread(
    server.origin,
    listening.map((path) => getRequest(path, headers)),
  )
  await expect.poll(() => server.streams).toBe(3)

  for (let sent = 0; server.streams > 1 && sent < 100; sent++) await say(ada, id, 'x'.repeat(1_000_000))
  const listing = getRequest(`/demo/conversations/${id}/messages`, headers).repeat(40)
  using __ = sendUnread(server.origin, Array<string>(20).fill(listing))
  const isList = ({ method, path }: TestRequest): boolean => method === 'GET' && path.includes('/messages')
  await expect.poll(() => server.requests.filter(isList).length).toBeGreaterThan(20)

  await expect.poll(() => server.connections).toBeLessThan(20)
  expect(server.streams).toBe(1)
  expect(silent.ready.state).toBe('fresh')
})

test('pipelined requests are answered in order, whatever their responses', async () => {
  await using server = await startTestServer({ logger })
  const ada = await newPerson(server.url)
  const id = await newConversation(ada)
  for (const text of ['1', '2', '3']) await say(ada, id, text.repeat(300_000))
  const path = `/demo/conversations/${id}/messages?limit=1`
  const paths = [path, '/demo/hello', path, '/demo/users/me', '/demo/conversations', path]
  using connection = connectRaw(server.origin)

  connection.write(paths.map((one) => getRequest(one, { 'x-user-key': ada.key })).join(''))

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

test('a new stream does not start with an old message after the clock was ahead', async () => {
  let now = Date.now() + 3_600_000
  let monotonicNow = 0
  await using server = await startTestServer({ logger, now: () => now, monotonicNow: () => monotonicNow })
  const ada = await newPerson(server.url)
  const id = await newConversation(ada)
  await say(ada, id, 'old')
  now -= 3_600_000
  monotonicNow += 10_000

  await using stream = await listenTo(ada, id)
  await say(ada, id, 'new')

  expect(await stream.signals(1)).toMatchObject([{ data: { payload: { text: 'new' } } }])
})

test('participants reach a conversation with a backslash in its id by a slash; other users do not', async () => {
  await using server = await startTestServer({ logger })
  const [ada, ben] = [await newPerson(server.url), await newPerson(server.url)]
  await ada.post('/conversations', { id: 'a\\b\\c' })
  await ben.post('/conversations', { id: 'a\\b/c' })

  const listen = (key: string) => call('GET', `${server.url}/conversations/a/b/c/listen`, { key })

  expect((await listen(ada.key)).status).toBe(200)
  expect((await listen(ben.key)).status).toBe(200)
  expect(outcome(await listen((await newPerson(server.url)).key))).toBe('403 Forbidden')
})
