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

test('all listeners receive typing signals immediately, without an id', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(ann, ben)
  const streams = [
    await openConversationStream(ann, id),
    await openConversationStream(ben, id),
    await openUserStream(ann),
  ]
  // A new stream first catches up with the log; until then it receives no typing signals.
  await sendText(ann, id, 'Hello')
  for (const stream of streams) await stream.next()

  const response = await ben.put(`/conversations/${id}/typing`)

  expect([response.status, response.text]).toEqual([204, ''])
  for (const stream of streams) {
    const { data, ...event } = (await stream.next()) ?? { data: '' }
    expect(event).toEqual({ event: 'typing' })
    expect(JSON.parse(data)).toEqual({ conversationId: id, userId: ben.id })
    await stream[Symbol.asyncDispose]()
  }
})

test('typing signals are not replayed, and not sent to other conversations or the bot', async () => {
  const ann = await createTestUser(server.url)
  const [id, otherId] = [await createConversation(ann), await createConversation(ann)]
  await using otherStream = await openConversationStream(ann, otherId)
  await using before = await openConversationStream(ann, id)

  await ann.put(`/conversations/${id}/typing`)
  await using resumed = await openConversationStream(ann, id, { 'last-event-id': before.ready.id })
  for (const conversation of [id, otherId]) await sendText(ann, conversation, 'Hello')

  for (const stream of [otherStream, resumed]) {
    expect(await stream.next()).toMatchObject({ event: 'message' })
  }
  expect((await ann.get(`/conversations/${id}/messages`)).body).toMatchObject({ messages: [{}] })
  expect(turns).not.toContain('event')
})

test('an id with slashes must be percent-encoded', async () => {
  const ann = await createTestUser(server.url)
  await ann.post('/conversations', { id: 'team/one\\1' })

  const response = await ann.put(`/conversations/${encodeURIComponent('team/one\\1')}/typing/`)

  expect(outcome(response)).toBe('204')
  expect(outcome(await ann.put('/conversations/team/one/typing'))).toBe('404 ResourceNotFound')
})

test('requests without a valid key and from users who are not participants are rejected', async () => {
  const [ann, nonParticipant] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(ann)
  const path = `/conversations/${id}/typing`
  const unknownUser = testUserWithKey(server.url, {
    id: 'unknown',
    key: signTestKey({ id: 'unknown' }, { secret }),
  })

  expect(outcome(await nonParticipant.put(path))).toBe('403 Forbidden')
  expect(outcome(await ann.put('/conversations/nowhere/typing'))).toBe('403 Forbidden')
  expect(outcome(await unknownUser.put(path))).toBe('404 ResourceNotFound')
  expect(outcome(await sendRequest('PUT', server.url + path))).toBe('401 Unauthorized')
  expect(outcome(await sendRequest('PUT', server.url + path, { key: 'invalid' }))).toBe('401 Unauthorized')
})

test.each(['GET', 'HEAD', 'POST', 'DELETE', 'PATCH'])('the route does not allow %s', async (method) => {
  const response = await sendRequest(method, `${server.url}/conversations/any/typing`)

  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('PUT')
})

test('a JSON body is ignored, and another content type is rejected', async () => {
  const ann = await createTestUser(server.url)
  const path = `/conversations/${await createConversation(ann)}/typing`

  expect(outcome(await ann.put(path, {}))).toBe('204')
  const xml = { key: ann.key, body: '<typing/>', headers: { 'content-type': 'text/xml' } }
  expect(outcome(await sendRequest('PUT', server.url + path, xml))).toBe('415 UnsupportedMediaType')
})

test('browsers can send typing requests, and the server lists the capability', async () => {
  const preflight = await sendRequest('OPTIONS', `${server.url}/conversations/any/typing`, {
    headers: { origin: 'http://page', 'access-control-request-method': 'PUT' },
  })

  expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
  expect((await sendRequest('GET', `${server.url}/hello`)).body).toMatchObject({
    capabilities: expect.arrayContaining(['typing', 'user-stream']),
  })
})
