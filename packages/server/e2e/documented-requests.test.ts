import type { OperationResult } from '@parley/core/contract'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { documentedRequests, type DocumentedRequest } from './documented-requests.ts'
import { openEventStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest, type ReceivedResponse } from './raw-http/send-request.ts'
import { createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const nonEmptyString: unknown = expect.stringMatching(/./)
const caller = { id: 'caller', name: 'Ada', createdAt: time, updatedAt: time }
const participant = { id: 'userId', createdAt: time, updatedAt: time }
const addableUser = { id: 'addableUser', createdAt: time, updatedAt: time }
const conversation = (id: unknown) => ({ id, createdAt: time, updatedAt: time })
const messageFields = { createdAt: time, conversationId: 'conversationId', userId: 'caller' }
const text = { type: 'text', text: 'Hello' }
const audio = { type: 'audio', audioUrl: 'https://example.org/hello.mp3' }

interface Expected {
  /** The response to the request exactly as printed, with a key added. */
  printed: [outcome: string, body?: unknown]
  /** If the request cannot succeed as printed: the response to the request with an existing id or the missing body. */
  completed?: { json?: unknown; path?: string; body: unknown; status: string }
}

const expectations: Record<string, Expected> = {
  'Create User': {
    printed: ['201', { user: { id: nonEmptyString, createdAt: time, updatedAt: time }, key: nonEmptyString }],
  },
  'Get Or Create User': { printed: ['201', { user: caller }] },
  'Get Conversation': { printed: ['200', { conversation: conversation('id') }] },
  'Delete Conversation': { printed: ['200', {}] },
  'Create Conversation': { printed: ['201', { conversation: conversation(nonEmptyString) }] },
  'List Conversations': {
    printed: ['200', { conversations: [conversation('conversationId'), conversation('id')], meta: {} }],
  },
  'Get Or Create Conversation': {
    printed: ['400 InvalidPayload'],
    completed: { json: { id: 'new' }, status: '201', body: { conversation: conversation('new') } },
  },
  'Listen Conversation': { printed: ['200', null] },
  'List Messages': {
    printed: ['200', { messages: [{ ...messageFields, id: nonEmptyString, payload: text }], meta: {} }],
  },
  'Add Participant': {
    printed: ['400 InvalidPayload'],
    completed: { json: { userId: 'addableUser' }, status: '200', body: { participant: addableUser } },
  },
  'List Participants': { printed: ['200', { participants: [caller, participant], meta: {} }] },
  'Remove Participant': { printed: ['200', {}] },
  'Get Participant': { printed: ['200', { participant }] },
  'Get Message': {
    printed: ['404 ResourceNotFound'],
    completed: {
      path: '/messages/{messageId}',
      status: '200',
      body: { message: { ...messageFields, id: nonEmptyString, payload: text } },
    },
  },
  'Delete Message': {
    printed: ['404 ResourceNotFound'],
    completed: { path: '/messages/{messageId}', status: '200', body: {} },
  },
  'Create Message': {
    printed: ['400 InvalidPayload'],
    completed: {
      json: { conversationId: 'conversationId', payload: audio },
      status: '201',
      body: { message: { ...messageFields, id: nonEmptyString, payload: audio } },
    },
  },
  'Get User': { printed: ['200', { user: caller }] },
  'Update User': { printed: ['200', { user: caller }] },
  'Delete User': { printed: ['200', {}] },
  'Get Event': {
    printed: ['404 ResourceNotFound'],
    completed: {
      path: '/events/{eventId}',
      status: '200',
      body: { event: { ...messageFields, id: nonEmptyString, payload: { kind: 'seen' } } },
    },
  },
  'Create Event': {
    printed: ['400 InvalidPayload'],
    completed: {
      json: { conversationId: 'conversationId', payload: { kind: 'typing' } },
      status: '201',
      body: { event: { ...messageFields, id: nonEmptyString, payload: { kind: 'typing' } } },
    },
  },
}

let server: TestServer
let user: TestUser
let ids: Record<string, string>

beforeAll(async () => {
  server = await startTestServer({ bots: { your_default_webhook_url: {} }, logger: createRecordingLogger() })
})
afterAll(() => server.close())

/** The placeholders in the printed paths are valid ids: users and conversations get them as their ids. */
beforeEach(async () => {
  const url = `${server.origin}/your_default_webhook_url`
  user = await createTestUser(url, { id: 'caller', name: 'Ada' })
  const otherUsers = [
    await createTestUser(url, { id: 'userId' }),
    await createTestUser(url, { id: 'addableUser' }),
  ]
  onTestFinished(async () => {
    for (const created of [user, ...otherUsers]) await created.delete('/users/me')
  })

  await user.post('/conversations', { id: 'id' })
  await user.post('/conversations', { id: 'conversationId' })
  await user.post('/conversations/conversationId/participants', { userId: 'userId' })
  const { id: messageId } = await sendText(user, 'conversationId', 'Hello')
  const event = { conversationId: 'conversationId', payload: { kind: 'seen' } }
  const { body } = await user.post<OperationResult<'createEvent'>>('/events', event)
  ids = { messageId, eventId: body.event.id }
})

test('there are expectations for all 21 printed requests', () => {
  expect(documentedRequests).toHaveLength(21)
  expect(documentedRequests.map(({ title }) => title)).toEqual(Object.keys(expectations))
})

test.each(documentedRequests)('$title responds as documented to the printed request', async (request) => {
  const [expected, body = expect.anything()] = expectations[request.title]?.printed ?? []

  const response = await send(request)

  expect(outcome(response)).toBe(expected)
  expect(response.body ?? null).toEqual(body)
})

const incomplete = documentedRequests.filter(({ title }) => expectations[title]?.completed)

test.each(incomplete)('$title succeeds with a complete request', async (request) => {
  const { json = request.json, path, status, body } = expectations[request.title]?.completed ?? {}
  const realPath = path?.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')

  const response = await send({
    ...request,
    path: realPath === undefined ? request.path : `/your_default_webhook_url${realPath}`,
    json,
  })

  expect(outcome(response)).toBe(status)
  expect(response.body).toEqual(body)
})

test.each(documentedRequests.filter(({ title }) => title !== 'Create User'))(
  '$title requires a key',
  async ({ method, path, headers, json }) => {
    const response = await sendRequest(method, server.origin + path, { headers, body: json })

    expect(outcome(response)).toBe('401 Unauthorized')
  },
)

test('Listen Conversation streams events even if the request accepts JSON', async () => {
  await using stream = await openEventStream(
    `${server.origin}/your_default_webhook_url/conversations/id/listen`,
    {
      accept: 'application/json',
      'x-user-key': user.key,
    },
  )

  const first = await stream.next()

  expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(first).toMatchObject({
    event: 'ready',
    data: expect.stringMatching(/^\{"state":"fresh","id":".+"\}$/),
  })
})

/** Only Create User needs no key. */
function send({ title, method, path, headers, json }: DocumentedRequest): Promise<ReceivedResponse> {
  const key = title === 'Create User' ? undefined : user.key
  return sendRequest(method, server.origin + path, { key, headers, body: json })
}
