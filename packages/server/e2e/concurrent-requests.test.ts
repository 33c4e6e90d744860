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

test('of 20 requests that create a user with the same id, one succeeds', async () => {
  const responses = await sendTwenty((index) =>
    sendRequest('POST', `${server.url}/users`, { body: { id: 'one', name: `number ${index}` } }),
  )

  expect(countOutcomes(responses)).toEqual({ '201': 1, '409 AlreadyExists': 19 })
})

test('of 20 requests that create a conversation with the same id, one succeeds', async () => {
  const users = await sendTwenty(() => createTestUser(server.url))

  const responses = await Promise.all(users.map((user) => user.post('/conversations', { id: 'one' })))

  expect(countOutcomes(responses)).toEqual({ '201': 1, '409 AlreadyExists': 19 })
})

test('20 requests that get or create a user return the same user', async () => {
  const user = testUserWithKey(server.url, { id: 'new', key: signTestKey({ id: 'new' }, { secret }) })

  const responses = await sendTwenty(() =>
    user.post<OperationResult<'getOrCreateUser'>>('/users/get-or-create'),
  )

  expect(countOutcomes(responses)).toEqual({ '201': 20 })
  expect(new Set(responses.map(({ text }) => text)).size).toBe(1)
})

test('20 requests that get or create a conversation return the same conversation', async () => {
  const user = await createTestUser(server.url)

  const responses = await sendTwenty(() => user.post('/conversations/get-or-create', { id: 'shared' }))

  expect(countOutcomes(responses)).toEqual({ '201': 20 })
  expect(new Set(responses.map(({ text }) => text)).size).toBe(1)
  expect(await user.get('/conversations')).toMatchObject({
    body: { conversations: [{ id: 'shared' }], meta: {} },
  })
})

test('of 20 users who get or create a conversation with the same id, one becomes the owner', async () => {
  const users = await sendTwenty(() => createTestUser(server.url))

  const responses = await Promise.all(
    users.map((user) => user.post('/conversations/get-or-create', { id: 'contended' })),
  )

  expect(countOutcomes(responses)).toEqual({ '201': 1, '403 Forbidden': 19 })
})

test('20 requests that add the same participant add them once', async () => {
  const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
  const conversationId = await createConversation(owner)
  await using stream = await openConversationStream(owner, conversationId)

  const responses = await sendTwenty(() =>
    owner.post(`/conversations/${conversationId}/participants`, { userId: participant.id }),
  )
  const signals = await stream.nextSignals(1)
  await owner.delete(`/conversations/${conversationId}`)

  expect(countOutcomes(responses)).toEqual({ '200': 20 })
  expect(signals).toMatchObject([{ type: 'participant_added' }])
  expect(await stream.remainingSignals()).toEqual([])
})

test('of 20 requests that delete the same resource, one succeeds', async () => {
  const owner = await createTestUser(server.url)
  const conversationId = await createConversation(owner)
  const { id } = await sendText(owner, conversationId, 'Hello')

  for (const path of [`/messages/${id}`, `/conversations/${conversationId}`, '/users/me']) {
    const responses = await sendTwenty(() => owner.delete(path))

    expect(countOutcomes(responses)).toEqual({ '200': 1, '404 ResourceNotFound': 19 })
  }
})

test('concurrent messages get strictly increasing dates, in the same order on the stream and in the list', async () => {
  const owner = await createTestUser(server.url)
  const participants = await Promise.all(Array.from({ length: 3 }, () => createTestUser(server.url)))
  const conversationId = await createConversation(owner, ...participants)
  await using stream = await openConversationStream(owner, conversationId)

  const sent = await Promise.all(
    [owner, ...participants].flatMap((sender) =>
      Array.from({ length: 20 }, (_, index) => sendText(sender, conversationId, `${index}`)),
    ),
  )
  const { body } = await owner.get<OperationResult<'listMessages'>>(
    `/conversations/${conversationId}/messages?limit=100`,
  )
  const signals = await stream.nextSignals(80)

  const times = body.messages.map(({ createdAt }) => createdAt).toReversed()
  expect(times).toEqual([...new Set(times)].toSorted())
  expect(body.messages.map(({ id }) => id).toSorted()).toEqual(sent.map(({ id }) => id).toSorted())
  expect(signals).toEqual(
    body.messages.toReversed().map((data) => ({ type: 'message_created', data: { ...data, isBot: false } })),
  )
})

function sendTwenty<T>(send: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: 20 }, (_, index) => send(index)))
}

/** Counts the responses with each outcome. */
function countOutcomes(responses: ReceivedResponse[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const response of responses) counts[outcome(response)] = (counts[outcome(response)] ?? 0) + 1
  return counts
}
