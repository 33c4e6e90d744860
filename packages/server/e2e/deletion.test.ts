import type { OperationResult } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import {
  createConversation,
  createTestUser,
  sendText,
  listTexts,
  type TestUser,
} from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ logger: createRecordingLogger() })
})
afterAll(() => server.close())

describe('a message that is deleted', () => {
  test('is gone from everywhere but from the signal that says so', async () => {
    const [sender, other] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(sender, other)
    await using stream = await openConversationStream(other, conversationId)
    const { id } = await sendText(sender, conversationId, 'Hello')
    const created = await stream.nextSignals(1)

    const deleted = await sender.delete(`/messages/${id}`)
    const again = await sender.delete(`/messages/${id}`)
    const signals = await stream.nextSignals(1)

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(again)).toBe('404 ResourceNotFound')
    expect(outcome(await other.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(created).toMatchObject([{ type: 'message_created', data: { id } }])
    expect(signals).toEqual([{ type: 'message_deleted', data: { id, conversationId, userId: sender.id } }])
  })

  test('leaves the others as they were, and is not replayed', async () => {
    const sender = await createTestUser(server.url)
    const conversationId = await createConversation(sender)
    await using before = await openConversationStream(sender, conversationId)
    await sendText(sender, conversationId, '1')
    const { id } = await sendText(sender, conversationId, '2')
    await sendText(sender, conversationId, '3')

    await sender.delete(`/messages/${id}`)
    await using resumed = await openConversationStream(sender, conversationId, {
      'last-event-id': before.ready.id,
    })
    const heard = await resumed.nextSignals(3)

    expect(await listTexts(sender, conversationId)).toEqual(['3', '1'])
    expect(heard).toMatchObject([
      { type: 'message_created', data: { payload: { text: '1' } } },
      { type: 'message_created', data: { payload: { text: '3' } } },
      { type: 'message_deleted', data: { id } },
    ])
  })
})

describe('a conversation that is deleted', () => {
  test('takes its messages, events and streams with it', async () => {
    const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner, guest)
    const { id } = await sendText(guest, conversationId, 'Hello')
    const event = await sendEvent(guest, conversationId)
    await using stream = await openConversationStream(guest, conversationId)

    const deleted = await owner.delete(`/conversations/${conversationId}`)
    await stream.remainingSignals()

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(await guest.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
    expect(outcome(await guest.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
    expect(outcome(await guest.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await guest.get(`/events/${event}`))).toBe('404 ResourceNotFound')
    expect(await guest.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('frees its id, and what takes it starts empty', async () => {
    const [former, guest, next] = [
      await createTestUser(server.url),
      await createTestUser(server.url),
      await createTestUser(server.url),
    ]
    const path = '/conversations/reused'
    await former.post('/conversations', { id: 'reused' })
    await former.post(`${path}/participants`, { userId: guest.id })
    const old = [await sendText(former, 'reused', 'old 1'), await sendText(guest, 'reused', 'old 2')]
    const { body } = await former.get<OperationResult<'listMessages'>>(`${path}/messages?limit=1`)
    await using before = await openConversationStream(former, 'reused')

    await former.delete(path)
    const taken = await next.post('/conversations', { id: 'reused' })
    await next.post(`${path}/participants`, { userId: guest.id })
    await using resumed = await openConversationStream(next, 'reused', { 'last-event-id': before.ready.id })

    expect(outcome(taken)).toBe('201')
    expect(await listTexts(next, 'reused')).toEqual([])
    expect(await next.get(`${path}/participants`)).toMatchObject({
      body: { participants: [{ id: next.id }, { id: guest.id }] },
    })
    expect(outcome(await former.get(path))).toBe('403 Forbidden')
    expect(outcome(await guest.get(`/messages/${old[0]?.id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await next.get(`${path}/messages?nextToken=${body.meta.nextToken}`))).toBe(
      '400 InvalidQuery',
    )
    expect(resumed.ready.state).toBe('reset')
  })
})

describe('a user who is deleted', () => {
  test('loses their key, but for coming into being anew', async () => {
    const person = await createTestUser(server.url, { id: 'gone', name: 'Ada', profile: '-' })
    await createConversation(person)

    const deleted = await person.delete('/users/me')
    const after = await person.get('/users/me')
    const anew = await person.post<OperationResult<'getOrCreateUser'>>('/users/get-or-create')

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(after)).toBe('404 ResourceNotFound')
    expect(anew.status).toBe(201)
    expect(Object.keys(anew.body.user)).toEqual(['id', 'createdAt', 'updatedAt'])
    expect(await person.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('frees their id', async () => {
    const person = await createTestUser(server.url, { id: 'freed', name: 'Ada' })
    await person.delete('/users/me')

    const { status, body } = await sendRequest<OperationResult<'createUser'>>('POST', `${server.url}/users`, {
      body: { id: 'freed' },
    })

    expect(status).toBe(201)
    expect(body.user).not.toHaveProperty('name')
  })

  test('takes the conversations that they own, with everybody else in them', async () => {
    const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner, guest)
    const { id } = await sendText(guest, conversationId, 'Hello')
    await using stream = await openConversationStream(guest, conversationId)

    await owner.delete('/users/me')
    await stream.remainingSignals()

    expect(outcome(await guest.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
    expect(outcome(await guest.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(await guest.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('is removed elsewhere, with their messages, events and streams', async () => {
    const [owner, other, leaver] = [
      await createTestUser(server.url),
      await createTestUser(server.url),
      await createTestUser(server.url),
    ]
    const conversationId = await createConversation(owner, other, leaver)
    await sendText(other, conversationId, 'mine')
    const { id } = await sendText(leaver, conversationId, 'theirs')
    const event = await sendEvent(leaver, conversationId)
    await using own = await openConversationStream(leaver, conversationId)
    await using heard = await openConversationStream(owner, conversationId)

    await leaver.delete('/users/me')
    await own.remainingSignals()
    const participants = await owner.get(`/conversations/${conversationId}/participants`)

    expect(await listTexts(owner, conversationId)).toEqual(['mine'])
    expect(outcome(await owner.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.get(`/events/${event}`))).toBe('404 ResourceNotFound')
    expect(participants).toMatchObject({ body: { participants: [{ id: owner.id }, { id: other.id }] } })
    expect(await heard.nextSignals(2)).toEqual([
      { type: 'message_deleted', data: { id, conversationId, userId: leaver.id } },
      { type: 'participant_removed', data: { conversationId, participantId: leaver.id } },
    ])
  })

  test('takes what they said in a conversation that they have left', async () => {
    const [owner, leaver] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner, leaver)
    await sendText(leaver, conversationId, 'theirs')
    await sendText(owner, conversationId, 'mine')
    await leaver.delete(`/conversations/${conversationId}/participants/${leaver.id}`)

    await leaver.delete('/users/me')

    expect(await listTexts(owner, conversationId)).toEqual(['mine'])
  })

  test('is no participant anywhere when their id is taken again', async () => {
    const owner = await createTestUser(server.url)
    const former = await createTestUser(server.url, { id: 'again' })
    const conversationId = await createConversation(owner, former)
    await former.delete('/users/me')

    const next = await createTestUser(server.url, { id: 'again' })

    expect(outcome(await next.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
    expect(outcome(await owner.get(`/conversations/${conversationId}/participants/again`))).toBe(
      '404 ResourceNotFound',
    )
  })
})

test('a participant who is removed hears of it, and of nothing after it', async () => {
  const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [left, kept] = [await createConversation(owner, guest), await createConversation(owner, guest)]
  await using closed = await openConversationStream(guest, left)
  await using open = await openConversationStream(guest, kept)

  await owner.delete(`/conversations/${left}/participants/${guest.id}`)
  await sendText(owner, left, 'behind their back')
  await sendText(owner, kept, 'Hello')

  expect(await closed.remainingSignals()).toEqual([
    { type: 'participant_removed', data: { conversationId: left, participantId: guest.id } },
  ])
  expect(await open.nextSignals(1)).toMatchObject([
    { data: { conversationId: kept, payload: { text: 'Hello' } } },
  ])
})

async function sendEvent(sender: TestUser, conversationId: string): Promise<string> {
  const { body } = await sender.post<OperationResult<'createEvent'>>('/events', {
    conversationId,
    payload: {},
  })
  return body.event.id
}
