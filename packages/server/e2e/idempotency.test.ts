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
let heard: string[]
let ann: TestUser
let conversationId: string

beforeAll(async () => {
  const bot = {
    onMessage: ({ message }: { message: Message }) => {
      heard.push(message.id)
    },
  }
  server = await startTestServer({ bot, logger: createRecordingLogger() })
})
afterAll(() => server.close())
beforeEach(async () => {
  heard = []
  ann = await createTestUser(server.url)
  conversationId = await createConversation(ann)
})

const hello = () => ({ conversationId, payload: { type: 'text', text: 'hello' } })
const send = (
  key: string,
  body: object = hello(),
  person: TestUser = ann,
): Promise<ReceivedResponse<{ message: Message }>> =>
  person.post('/messages', body, { 'idempotency-key': key })
const texts = async (): Promise<number> => {
  const { body } = await ann.get<{ messages: Message[] }>(`/conversations/${conversationId}/messages`)
  return body.messages.length
}

test('INV-11: ten at once under one key make one message, one signal and one turn of the bot, and get ten equal answers', async () => {
  await using stream = await openConversationStream(ann, conversationId)

  const answers = await Promise.all(Array.from({ length: 10 }, () => send('k')))
  const { body } = await ann.post<{ message: Message }>('/messages', hello())

  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(answers[0]?.status).toBe(201)
  expect(await texts()).toBe(2)
  const [first, second] = (await stream.nextSignals(2)) as { data: Message }[]
  expect([first?.data.id, second?.data.id]).toEqual([answers[0]?.body.message.id, body.message.id])
  await expect.poll(() => heard).toEqual([answers[0]?.body.message.id, body.message.id])
})

test('another key, another user and another operation are other requests', async () => {
  const ben = await createTestUser(server.url)
  await ann.post(`/conversations/${conversationId}/participants`, { userId: ben.id })
  const event = { conversationId, payload: { ring: true } }

  const answers = [
    await send('k'),
    await send('other'),
    await send('k', hello(), ben),
    await ann.post('/events', event, { 'idempotency-key': 'k' }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  expect(await texts()).toBe(3)
})

test('another body under a key is refused, and changes nothing', async () => {
  await send('k')

  const other = await send('k', { ...hello(), metadata: { other: true } })

  expect(outcome(other)).toBe('400 InvalidPayload')
  expect(await texts()).toBe(1)
})

test('a refusal is not remembered', async () => {
  const ben = await createTestUser(server.url)

  const refused = await send('k', hello(), ben)
  await ann.post(`/conversations/${conversationId}/participants`, { userId: ben.id })
  const accepted = await send('k', hello(), ben)

  expect([outcome(refused), accepted.status]).toEqual(['403 Forbidden', 201])
})

test('what was made and since deleted is not made again', async () => {
  const { body } = await send('k')
  await ann.delete(`/messages/${body.message.id}`)

  expect(outcome(await send('k'))).toBe('404 ResourceNotFound')

  const made = await ann.post<{ conversation: Conversation }>(
    '/conversations',
    {},
    { 'idempotency-key': 'k' },
  )
  await ann.delete(`/conversations/${made.body.conversation.id}`)

  const again = await ann.post('/conversations', {}, { 'idempotency-key': 'k' })
  expect(outcome(again)).toBe('404 ResourceNotFound')
})

test('who takes no part any more does not see what they made', async () => {
  const ben = await createTestUser(server.url)
  await ann.post(`/conversations/${conversationId}/participants`, { userId: ben.id })
  await send('k', hello(), ben)
  await ann.delete(`/conversations/${conversationId}/participants/${ben.id}`)

  expect(outcome(await send('k', hello(), ben))).toBe('403 Forbidden')
})

test('a conversation without an id is made once', async () => {
  const make = () =>
    ann.post<{ conversation: Conversation }>('/conversations', {}, { 'idempotency-key': 'once' })

  const answers = await Promise.all([make(), make(), make()])

  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
})

test('what is repeated is answered as it is now, and changes nothing', async () => {
  const headers = { 'idempotency-key': 'k' }
  await ann.post('/users/get-or-create', { name: 'Ann' }, headers)
  await ann.put('/users/me', { name: 'Anna' })

  const again = await ann.post<{ user: User }>('/users/get-or-create', { name: 'Ann' }, headers)

  expect([again.status, again.body.user.name]).toEqual([201, 'Anna'])
})

test('adding somebody is repeated until they have been removed', async () => {
  const ben = await createTestUser(server.url)
  const path = `/conversations/${conversationId}/participants`
  const add = () => ann.post(path, { userId: ben.id }, { 'idempotency-key': 'k' })

  const added = [await add(), await add()]
  await ann.delete(`${path}/${ben.id}`)
  const late = await add()

  expect(added.map(({ status }) => status)).toEqual([200, 200])
  expect(outcome(late)).toBe('404 ResourceNotFound')
})

test('adding somebody is not repeated in a conversation that took the id of a deleted one', async () => {
  const [ben, eve] = [await createTestUser(server.url), await createTestUser(server.url)]
  const path = `/conversations/${conversationId}/participants`
  const add = () => ann.post(path, { userId: ben.id }, { 'idempotency-key': 'k' })

  const added = await add()
  await ann.delete(`/conversations/${conversationId}`)
  await eve.post('/conversations', { id: conversationId })
  const addedByEve = await eve.post(path, { userId: ben.id })
  const late = await add()

  expect([outcome(added), outcome(addedByEve), outcome(late)]).toEqual(['200', '200', '404 ResourceNotFound'])
})

test('two keys in one request are refused', async () => {
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

  const answer = await sendBytes(server.origin, `${head.join('\r\n')}\r\n\r\n${body}`)

  expect(outcome(answer)).toBe('400 InvalidPayload')
  expect(await texts()).toBe(0)
})

test.each(['', 'k'.repeat(256)])('a key of %j characters is refused', async (key) => {
  expect(outcome(await send(key))).toBe('400 InvalidPayload')
  expect(await texts()).toBe(0)
})
