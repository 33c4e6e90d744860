import type { Conversation, Message, User } from '@parley/core/contract'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendBytes } from './raw-http/send-bytes.ts'
import type { ReceivedResponse } from './raw-http/send-request.ts'
import { createConversation, createTestUser, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

let server: TestServer
let handledIds: string[]
let ann: TestUser
let conversationId: string

beforeAll(async () => {
  const bot = {
    onMessage: ({ message }: { message: Message }) => {
      handledIds.push(message.id)
    },
  }
  server = await startTestServer({ bot, logger: createRecordingLogger() })
})
afterAll(() => server.close())
beforeEach(async () => {
  handledIds = []
  ann = await createTestUser(server.url)
  conversationId = await createConversation(ann)
})

const hello = () => ({ conversationId, payload: { type: 'text', text: 'hello' } })
const send = (
  key: string,
  body: object = hello(),
  user: TestUser = ann,
): Promise<ReceivedResponse<{ message: Message }>> => user.post('/messages', body, { 'idempotency-key': key })
const countMessages = async (): Promise<number> => {
  const { body } = await ann.get<{ messages: Message[] }>(`/conversations/${conversationId}/messages`)
  return body.messages.length
}

test('INV-11: concurrent requests with one key create one message, signal and turn', async () => {
  await using stream = await openConversationStream(ann, conversationId)

  const responses = await Promise.all(Array.from({ length: 10 }, () => send('k')))
  const { body } = await ann.post<{ message: Message }>('/messages', hello())

  expect(new Set(responses.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(responses[0]?.status).toBe(201)
  expect(await countMessages()).toBe(2)
  const [first, second] = (await stream.nextSignals(2)) as { data: Message }[]
  expect([first?.data.id, second?.data.id]).toEqual([responses[0]?.body.message.id, body.message.id])
  await expect.poll(() => handledIds).toEqual([responses[0]?.body.message.id, body.message.id])
})

test('a request with another key, user or operation is another request', async () => {
  const ben = await createTestUser(server.url)
  await ann.post(`/conversations/${conversationId}/participants`, { userId: ben.id })
  const event = { conversationId, payload: { ring: true } }

  const responses = [
    await send('k'),
    await send('other'),
    await send('k', hello(), ben),
    await ann.post('/events', event, { 'idempotency-key': 'k' }),
  ]

  expect(responses.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  expect(await countMessages()).toBe(3)
})

test('another body with the same key is rejected', async () => {
  await send('k')

  const response = await send('k', { ...hello(), metadata: { other: true } })

  expect(outcome(response)).toBe('400 InvalidPayload')
  expect(await countMessages()).toBe(1)
})

test('an error is not stored with the key', async () => {
  const ben = await createTestUser(server.url)

  const rejected = await send('k', hello(), ben)
  await ann.post(`/conversations/${conversationId}/participants`, { userId: ben.id })
  const accepted = await send('k', hello(), ben)

  expect([outcome(rejected), accepted.status]).toEqual(['403 Forbidden', 201])
})

test('a deleted result is not created again', async () => {
  const { body } = await send('k')
  await ann.delete(`/messages/${body.message.id}`)

  expect(outcome(await send('k'))).toBe('404 ResourceNotFound')

  const created = await ann.post<{ conversation: Conversation }>(
    '/conversations',
    {},
    { 'idempotency-key': 'k' },
  )
  await ann.delete(`/conversations/${created.body.conversation.id}`)

  const again = await ann.post('/conversations', {}, { 'idempotency-key': 'k' })
  expect(outcome(again)).toBe('404 ResourceNotFound')
})

test('a removed participant does not get their earlier result', async () => {
  const ben = await createTestUser(server.url)
  await ann.post(`/conversations/${conversationId}/participants`, { userId: ben.id })
  await send('k', hello(), ben)
  await ann.delete(`/conversations/${conversationId}/participants/${ben.id}`)

  expect(outcome(await send('k', hello(), ben))).toBe('403 Forbidden')
})

test('a conversation without an id is created once', async () => {
  const create = () =>
    ann.post<{ conversation: Conversation }>('/conversations', {}, { 'idempotency-key': 'once' })

  const responses = await Promise.all([create(), create(), create()])

  expect(new Set(responses.map(({ text }) => text)).size).toBe(1)
  expect(responses.map(({ status }) => status)).toEqual([201, 201, 201])
})

test('a repeated request returns the current state and changes nothing', async () => {
  const headers = { 'idempotency-key': 'k' }
  await ann.post('/users/get-or-create', { name: 'Ann' }, headers)
  await ann.put('/users/me', { name: 'Anna' })

  const again = await ann.post<{ user: User }>('/users/get-or-create', { name: 'Ann' }, headers)

  expect([again.status, again.body.user.name]).toEqual([201, 'Anna'])
})

test('adding a participant can be repeated until they are removed', async () => {
  const ben = await createTestUser(server.url)
  const path = `/conversations/${conversationId}/participants`
  const add = () => ann.post(path, { userId: ben.id }, { 'idempotency-key': 'k' })

  const added = [await add(), await add()]
  await ann.delete(`${path}/${ben.id}`)
  const addedAgain = await add()

  expect(added.map(({ status }) => status)).toEqual([200, 200])
  expect(outcome(addedAgain)).toBe('404 ResourceNotFound')
})

test('adding a participant is not repeated in another conversation with the same id', async () => {
  const [ben, eve] = [await createTestUser(server.url), await createTestUser(server.url)]
  const path = `/conversations/${conversationId}/participants`
  const add = () => ann.post(path, { userId: ben.id }, { 'idempotency-key': 'k' })

  const added = await add()
  await ann.delete(`/conversations/${conversationId}`)
  await eve.post('/conversations', { id: conversationId })
  const addedByEve = await eve.post(path, { userId: ben.id })
  const addedAgain = await add()

  expect([outcome(added), outcome(addedByEve), outcome(addedAgain)]).toEqual([
    '200',
    '200',
    '404 ResourceNotFound',
  ])
})

test('a request with two keys is rejected', async () => {
  const { host, pathname } = new URL(`${server.url}/messages`)
  const body = JSON.stringify(hello())
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    `x-user-key: ${ann.key}`,
    'idempotency-key: one',
    'idempotency-key: two',
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ]

  const response = await sendBytes(server.origin, `${head.join('\r\n')}\r\n\r\n${body}`)

  expect(outcome(response)).toBe('400 InvalidPayload')
  expect(await countMessages()).toBe(0)
})

test.each(['', 'k'.repeat(256)])('the key %j is rejected', async (key) => {
  expect(outcome(await send(key))).toBe('400 InvalidPayload')
  expect(await countMessages()).toBe(0)
})
