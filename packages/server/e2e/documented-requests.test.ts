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
const filled: unknown = expect.stringMatching(/./)
const caller = { id: 'caller', name: 'Ada', createdAt: time, updatedAt: time }
const guest = { id: 'userId', createdAt: time, updatedAt: time }
const newcomer = { id: 'newcomer', createdAt: time, updatedAt: time }
const conversation = (id: unknown) => ({ id, createdAt: time, updatedAt: time })
const said = { createdAt: time, conversationId: 'conversationId', userId: 'caller' }
const text = { type: 'text', text: 'Hello' }
const audio = { type: 'audio', audioUrl: 'https://example.org/hello.mp3' }

interface Expected {
  /** The answer to the request exactly as printed, but for a key. */
  printed: [outcome: string, body?: unknown]
  /** Where it cannot succeed as printed: with a real id in place of `id`, or with the body that it lacks. */
  completed?: { json?: unknown; path?: string; body: unknown; status: string }
}

const expectations: Record<string, Expected> = {
  'Create User': {
    printed: ['201', { user: { id: filled, createdAt: time, updatedAt: time }, key: filled }],
  },
  'Get Or Create User': { printed: ['201', { user: caller }] },
  'Get Conversation': { printed: ['200', { conversation: conversation('id') }] },
  'Delete Conversation': { printed: ['200', {}] },
  'Create Conversation': { printed: ['201', { conversation: conversation(filled) }] },
  'List Conversations': {
    printed: ['200', { conversations: [conversation('conversationId'), conversation('id')], meta: {} }],
  },
  'Get Or Create Conversation': {
    printed: ['400 InvalidPayload'],
    completed: { json: { id: 'new' }, status: '201', body: { conversation: conversation('new') } },
  },
  'Listen Conversation': { printed: ['200', null] },
  'List Messages': { printed: ['200', { messages: [{ ...said, id: filled, payload: text }], meta: {} }] },
  'Add Participant': {
    printed: ['400 InvalidPayload'],
    completed: { json: { userId: 'newcomer' }, status: '200', body: { participant: newcomer } },
  },
  'List Participants': { printed: ['200', { participants: [caller, guest], meta: {} }] },
  'Remove Participant': { printed: ['200', {}] },
  'Get Participant': { printed: ['200', { participant: guest }] },
  'Get Message': {
    printed: ['404 ResourceNotFound'],
    completed: {
      path: '/messages/{messageId}',
      status: '200',
      body: { message: { ...said, id: filled, payload: text } },
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
      body: { message: { ...said, id: filled, payload: audio } },
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
      body: { event: { ...said, id: filled, payload: { kind: 'seen' } } },
    },
  },
  'Create Event': {
    printed: ['400 InvalidPayload'],
    completed: {
      json: { conversationId: 'conversationId', payload: { kind: 'typing' } },
      status: '201',
      body: { event: { ...said, id: filled, payload: { kind: 'typing' } } },
    },
  },
}

let server: TestServer
let person: TestUser
let ids: Record<string, string>

beforeAll(async () => {
  server = await startTestServer({ bots: { your_default_webhook_url: {} }, logger: createRecordingLogger() })
})
afterAll(() => server.close())

/** The placeholders of the printed paths are ids as good as any: what can be named by its caller gets them. */
beforeEach(async () => {
  const url = `${server.origin}/your_default_webhook_url`
  person = await createTestUser(url, { id: 'caller', name: 'Ada' })
  const others = [await createTestUser(url, { id: 'userId' }), await createTestUser(url, { id: 'newcomer' })]
  onTestFinished(async () => {
    for (const one of [person, ...others]) await one.delete('/users/me')
  })

  await person.post('/conversations', { id: 'id' })
  await person.post('/conversations', { id: 'conversationId' })
  await person.post('/conversations/conversationId/participants', { userId: 'userId' })
  const { id: messageId } = await sendText(person, 'conversationId', 'Hello')
  const event = { conversationId: 'conversationId', payload: { kind: 'seen' } }
  const { body } = await person.post<OperationResult<'createEvent'>>('/events', event)
  ids = { messageId, eventId: body.event.id }
})

test('all 21 printed requests are here', () => {
  expect(documentedRequests).toHaveLength(21)
  expect(documentedRequests.map(({ title }) => title)).toEqual(Object.keys(expectations))
})

test.each(documentedRequests)('$title answers as documented to the request as printed', async (seed) => {
  const [expected, body = expect.anything()] = expectations[seed.title]?.printed ?? []

  const answer = await send(seed)

  expect(outcome(answer)).toBe(expected)
  expect(answer.body ?? null).toEqual(body)
})

const incomplete = documentedRequests.filter(({ title }) => expectations[title]?.completed)

test.each(incomplete)('$title succeeds once the request is complete', async (seed) => {
  const { json = seed.json, path, status, body } = expectations[seed.title]?.completed ?? {}
  const realPath = path?.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')

  const answer = await send({
    ...seed,
    path: realPath === undefined ? seed.path : `/your_default_webhook_url${realPath}`,
    json,
  })

  expect(outcome(answer)).toBe(status)
  expect(answer.body).toEqual(body)
})

test.each(documentedRequests.filter(({ title }) => title !== 'Create User'))(
  '$title without a key is unauthorized',
  async ({ method, path, headers, json }) => {
    const answer = await sendRequest(method, server.origin + path, { headers, body: json })

    expect(outcome(answer)).toBe('401 Unauthorized')
  },
)

test('Listen Conversation streams events, though its caller says that it accepts JSON', async () => {
  await using stream = await openEventStream(
    `${server.origin}/your_default_webhook_url/conversations/id/listen`,
    {
      accept: 'application/json',
      'x-user-key': person.key,
    },
  )

  const first = await stream.next()

  expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(first).toMatchObject({
    event: 'ready',
    data: expect.stringMatching(/^\{"state":"fresh","id":".+"\}$/),
  })
})

/** Create User is the one request that needs no key. */
function send({ title, method, path, headers, json }: DocumentedRequest): Promise<ReceivedResponse> {
  const key = title === 'Create User' ? undefined : person.key
  return sendRequest(method, server.origin + path, { key, headers, body: json })
}
