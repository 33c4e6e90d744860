import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream, openUserStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, testUserWithKey, sendText } from './raw-http/test-user.ts'
import { signTestKey } from './raw-http/user-key.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const secret = 'the secret of the bot under test'
const turns: string[] = []
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({
    encryptionKey: secret,
    logger: createRecordingLogger(),
    bot: {
      onMessage: () => {
        turns.push('message')
      },
      onEvent: () => {
        turns.push('event')
      },
    },
  })
})
afterAll(() => server.close())

test('everybody who listens hears who is typing, at once and without an id', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(ann, ben)
  const streams = [
    await openConversationStream(ann, id),
    await openConversationStream(ben, id),
    await openUserStream(ann),
  ]
  // A stream that was just opened is not up to date at once.
  await sendText(ann, id, 'Hello')
  for (const stream of streams) await stream.next()

  const answer = await ben.put(`/conversations/${id}/typing`)

  expect([answer.status, answer.text]).toEqual([204, ''])
  for (const stream of streams) {
    const { data, ...event } = (await stream.next()) ?? { data: '' }
    expect(event).toEqual({ event: 'typing' })
    expect(JSON.parse(data)).toEqual({ conversationId: id, userId: ben.id })
    await stream[Symbol.asyncDispose]()
  }
})

test('nobody hears it elsewhere or later, and the bot never does', async () => {
  const ann = await createTestUser(server.url)
  const [id, other] = [await createConversation(ann), await createConversation(ann)]
  await using elsewhere = await openConversationStream(ann, other)
  await using before = await openConversationStream(ann, id)

  await ann.put(`/conversations/${id}/typing`)
  await using later = await openConversationStream(ann, id, { 'last-event-id': before.ready.id })
  for (const conversation of [id, other]) await sendText(ann, conversation, 'Hello')

  for (const stream of [elsewhere, later]) {
    expect(await stream.next()).toMatchObject({ event: 'message' })
  }
  expect((await ann.get(`/conversations/${id}/messages`)).body).toMatchObject({ messages: [{}] })
  expect(turns).not.toContain('event')
})

test('an id with slashes is found by its encoded form', async () => {
  const ann = await createTestUser(server.url)
  await ann.post('/conversations', { id: 'team/room\\1' })

  const answer = await ann.put(`/conversations/${encodeURIComponent('team/room\\1')}/typing/`)

  expect(outcome(answer)).toBe('204')
  expect(outcome(await ann.put('/conversations/team/room/typing'))).toBe('404 ResourceNotFound')
})

test('who takes no part, or has no key, is refused', async () => {
  const [ann, stranger] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(ann)
  const path = `/conversations/${id}/typing`
  const ghost = testUserWithKey(server.url, { id: 'ghost', key: signTestKey({ id: 'ghost' }, { secret }) })

  expect(outcome(await stranger.put(path))).toBe('403 Forbidden')
  expect(outcome(await ann.put('/conversations/nowhere/typing'))).toBe('403 Forbidden')
  expect(outcome(await ghost.put(path))).toBe('404 ResourceNotFound')
  expect(outcome(await sendRequest('PUT', server.url + path))).toBe('401 Unauthorized')
  expect(outcome(await sendRequest('PUT', server.url + path, { key: 'no key' }))).toBe('401 Unauthorized')
})

test.each(['GET', 'HEAD', 'POST', 'DELETE', 'PATCH'])('%s is no method of the route', async (method) => {
  const answer = await sendRequest(method, `${server.url}/conversations/any/typing`)

  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('PUT')
})

test('a body says nothing, unless it is none that the API takes', async () => {
  const ann = await createTestUser(server.url)
  const path = `/conversations/${await createConversation(ann)}/typing`

  expect(outcome(await ann.put(path, {}))).toBe('204')
  const xml = { key: ann.key, body: '<typing/>', headers: { 'content-type': 'text/xml' } }
  expect(outcome(await sendRequest('PUT', server.url + path, xml))).toBe('415 UnsupportedMediaType')
})

test('a browser may call it, and the server says that it can', async () => {
  const preflight = await sendRequest('OPTIONS', `${server.url}/conversations/any/typing`, {
    headers: { origin: 'http://page', 'access-control-request-method': 'PUT' },
  })

  expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
  expect((await sendRequest('GET', `${server.url}/hello`)).body).toMatchObject({
    capabilities: expect.arrayContaining(['typing', 'user-stream']),
  })
})
