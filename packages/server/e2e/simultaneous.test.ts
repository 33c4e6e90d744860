import type { OperationResult } from '@parley/core/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest, type ReceivedResponse } from './raw-http/send-request.ts'
import { createConversation, createTestUser, testUserWithKey, sendText } from './raw-http/test-user.ts'
import { signTestKey } from './raw-http/user-key.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const secret = 'the secret of the bot under test'
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ encryptionKey: secret, logger: createRecordingLogger() })
})
afterAll(() => server.close())

test('of twenty who create a user with one id, one does', async () => {
  const answers = await twenty((index) =>
    sendRequest('POST', `${server.url}/users`, { body: { id: 'one', name: `number ${index}` } }),
  )

  expect(count(answers)).toEqual({ '201': 1, '409 AlreadyExists': 19 })
})

test('of twenty who create a conversation with one id, one does', async () => {
  const people = await twenty(() => createTestUser(server.url))

  const answers = await Promise.all(people.map((person) => person.post('/conversations', { id: 'one' })))

  expect(count(answers)).toEqual({ '201': 1, '409 AlreadyExists': 19 })
})

test('twenty who get or create one user get one', async () => {
  const person = testUserWithKey(server.url, { id: 'late', key: signTestKey({ id: 'late' }, { secret }) })

  const answers = await twenty(() => person.post<OperationResult<'getOrCreateUser'>>('/users/get-or-create'))

  expect(count(answers)).toEqual({ '201': 20 })
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
})

test('twenty who get or create one conversation get one', async () => {
  const person = await createTestUser(server.url)

  const answers = await twenty(() => person.post('/conversations/get-or-create', { id: 'shared' }))

  expect(count(answers)).toEqual({ '201': 20 })
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(await person.get('/conversations')).toMatchObject({
    body: { conversations: [{ id: 'shared' }], meta: {} },
  })
})

test('of twenty who get or create one conversation for different users, one owns it', async () => {
  const people = await twenty(() => createTestUser(server.url))

  const answers = await Promise.all(
    people.map((person) => person.post('/conversations/get-or-create', { id: 'contended' })),
  )

  expect(count(answers)).toEqual({ '201': 1, '403 Forbidden': 19 })
})

test('twenty who add one participant add them once', async () => {
  const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
  const conversationId = await createConversation(owner)
  await using stream = await openConversationStream(owner, conversationId)

  const answers = await twenty(() =>
    owner.post(`/conversations/${conversationId}/participants`, { userId: guest.id }),
  )
  const heard = await stream.nextSignals(1)
  await owner.delete(`/conversations/${conversationId}`)

  expect(count(answers)).toEqual({ '200': 20 })
  expect(heard).toMatchObject([{ type: 'participant_added' }])
  expect(await stream.remainingSignals()).toEqual([])
})

test('of twenty who delete one thing, one does', async () => {
  const owner = await createTestUser(server.url)
  const conversationId = await createConversation(owner)
  const { id } = await sendText(owner, conversationId, 'Hello')

  for (const path of [`/messages/${id}`, `/conversations/${conversationId}`, '/users/me']) {
    const answers = await twenty(() => owner.delete(path))

    expect(count(answers)).toEqual({ '200': 1, '404 ResourceNotFound': 19 })
  }
})

test('the times of messages rise strictly, however many send at once, in the order of signals and of the list', async () => {
  const owner = await createTestUser(server.url)
  const others = await Promise.all(Array.from({ length: 3 }, () => createTestUser(server.url)))
  const conversationId = await createConversation(owner, ...others)
  await using stream = await openConversationStream(owner, conversationId)

  const sent = await Promise.all(
    [owner, ...others].flatMap((sender) =>
      Array.from({ length: 20 }, (_, index) => sendText(sender, conversationId, `${index}`)),
    ),
  )
  const { body } = await owner.get<OperationResult<'listMessages'>>(
    `/conversations/${conversationId}/messages?limit=100`,
  )
  const heard = await stream.nextSignals(80)

  const times = body.messages.map(({ createdAt }) => createdAt).toReversed()
  expect(times).toEqual([...new Set(times)].toSorted())
  expect(body.messages.map(({ id }) => id).toSorted()).toEqual(sent.map(({ id }) => id).toSorted())
  expect(heard).toEqual(
    body.messages.toReversed().map((data) => ({ type: 'message_created', data: { ...data, isBot: false } })),
  )
})

function twenty<T>(make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: 20 }, (_, index) => make(index)))
}

/** How often each outcome came. */
function count(answers: ReceivedResponse[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const answer of answers) counts[outcome(answer)] = (counts[outcome(answer)] ?? 0) + 1
  return counts
}
