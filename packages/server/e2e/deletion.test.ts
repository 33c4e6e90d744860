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

describe('a deleted message', () => {
  test('remains only in its message_deleted signal', async () => {
    const [sender, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(sender, participant)
    await using stream = await openConversationStream(participant, conversationId)
    const { id } = await sendText(sender, conversationId, 'Hello')
    const created = await stream.nextSignals(1)

    const deleted = await sender.delete(`/messages/${id}`)
    const again = await sender.delete(`/messages/${id}`)
    const signals = await stream.nextSignals(1)

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(again)).toBe('404 ResourceNotFound')
    expect(outcome(await participant.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(created).toMatchObject([{ type: 'message_created', data: { id } }])
    expect(signals).toEqual([{ type: 'message_deleted', data: { id, conversationId, userId: sender.id } }])
  })

  test('is not replayed, and other messages remain', async () => {
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
    const signals = await resumed.nextSignals(3)

    expect(await listTexts(sender, conversationId)).toEqual(['3', '1'])
    expect(signals).toMatchObject([
      { type: 'message_created', data: { payload: { text: '1' } } },
      { type: 'message_created', data: { payload: { text: '3' } } },
      { type: 'message_deleted', data: { id } },
    ])
  })
})

describe('a deleted conversation', () => {
  test('deletes its messages and events, and ends its streams', async () => {
    const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner, participant)
    const { id } = await sendText(participant, conversationId, 'Hello')
    const event = await sendEvent(participant, conversationId)
    await using stream = await openConversationStream(participant, conversationId)

    const deleted = await owner.delete(`/conversations/${conversationId}`)
    await stream.remainingSignals()

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(await participant.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
    expect(outcome(await participant.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
    expect(outcome(await participant.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await participant.get(`/events/${event}`))).toBe('404 ResourceNotFound')
    expect(await participant.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('frees its id, and a new conversation with that id is empty', async () => {
    const [previousOwner, participant, newOwner] = [
      await createTestUser(server.url),
      await createTestUser(server.url),
      await createTestUser(server.url),
    ]
    const path = '/conversations/reused'
    await previousOwner.post('/conversations', { id: 'reused' })
    await previousOwner.post(`${path}/participants`, { userId: participant.id })
    const old = [
      await sendText(previousOwner, 'reused', 'old 1'),
      await sendText(participant, 'reused', 'old 2'),
    ]
    const { body } = await previousOwner.get<OperationResult<'listMessages'>>(`${path}/messages?limit=1`)
    await using before = await openConversationStream(previousOwner, 'reused')

    await previousOwner.delete(path)
    const recreated = await newOwner.post('/conversations', { id: 'reused' })
    await newOwner.post(`${path}/participants`, { userId: participant.id })
    await using resumed = await openConversationStream(newOwner, 'reused', {
      'last-event-id': before.ready.id,
    })

    expect(outcome(recreated)).toBe('201')
    expect(await listTexts(newOwner, 'reused')).toEqual([])
    expect(await newOwner.get(`${path}/participants`)).toMatchObject({
      body: { participants: [{ id: newOwner.id }, { id: participant.id }] },
    })
    expect(outcome(await previousOwner.get(path))).toBe('403 Forbidden')
    expect(outcome(await participant.get(`/messages/${old[0]?.id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await newOwner.get(`${path}/messages?nextToken=${body.meta.nextToken}`))).toBe(
      '400 InvalidQuery',
    )
    expect(resumed.ready.state).toBe('reset')
  })
})

describe('a deleted user', () => {
  test('can use their key only to create the user again', async () => {
    const user = await createTestUser(server.url, { id: 'deleted', name: 'Ada', profile: '-' })
    await createConversation(user)

    const deleted = await user.delete('/users/me')
    const after = await user.get('/users/me')
    const recreated = await user.post<OperationResult<'getOrCreateUser'>>('/users/get-or-create')

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(after)).toBe('404 ResourceNotFound')
    expect(recreated.status).toBe(201)
    expect(Object.keys(recreated.body.user)).toEqual(['id', 'createdAt', 'updatedAt'])
    expect(await user.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('frees their id', async () => {
    const user = await createTestUser(server.url, { id: 'freed', name: 'Ada' })
    await user.delete('/users/me')

    const { status, body } = await sendRequest<OperationResult<'createUser'>>('POST', `${server.url}/users`, {
      body: { id: 'freed' },
    })

    expect(status).toBe(201)
    expect(body.user).not.toHaveProperty('name')
  })

  test('loses the conversations that they own, and so do the other participants', async () => {
    const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner, participant)
    const { id } = await sendText(participant, conversationId, 'Hello')
    await using stream = await openConversationStream(participant, conversationId)

    await owner.delete('/users/me')
    await stream.remainingSignals()

    expect(outcome(await participant.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
    expect(outcome(await participant.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(await participant.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('is removed from other conversations, with their messages, events and streams', async () => {
    const [owner, participant, leaver] = [
      await createTestUser(server.url),
      await createTestUser(server.url),
      await createTestUser(server.url),
    ]
    const conversationId = await createConversation(owner, participant, leaver)
    await sendText(participant, conversationId, 'mine')
    const { id } = await sendText(leaver, conversationId, 'theirs')
    const event = await sendEvent(leaver, conversationId)
    await using leaverStream = await openConversationStream(leaver, conversationId)
    await using ownerStream = await openConversationStream(owner, conversationId)

    await leaver.delete('/users/me')
    await leaverStream.remainingSignals()
    const participants = await owner.get(`/conversations/${conversationId}/participants`)

    expect(await listTexts(owner, conversationId)).toEqual(['mine'])
    expect(outcome(await owner.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.get(`/events/${event}`))).toBe('404 ResourceNotFound')
    expect(participants).toMatchObject({ body: { participants: [{ id: owner.id }, { id: participant.id }] } })
    expect(await ownerStream.nextSignals(2)).toEqual([
      { type: 'message_deleted', data: { id, conversationId, userId: leaver.id } },
      { type: 'participant_removed', data: { conversationId, participantId: leaver.id } },
    ])
  })

  test('loses their messages in conversations that they have left', async () => {
    const [owner, leaver] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner, leaver)
    await sendText(leaver, conversationId, 'theirs')
    await sendText(owner, conversationId, 'mine')
    await leaver.delete(`/conversations/${conversationId}/participants/${leaver.id}`)

    await leaver.delete('/users/me')

    expect(await listTexts(owner, conversationId)).toEqual(['mine'])
  })

  test('is not a participant again when their id is reused', async () => {
    const owner = await createTestUser(server.url)
    const deletedUser = await createTestUser(server.url, { id: 'again' })
    const conversationId = await createConversation(owner, deletedUser)
    await deletedUser.delete('/users/me')

    const newUser = await createTestUser(server.url, { id: 'again' })

    expect(outcome(await newUser.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
    expect(outcome(await owner.get(`/conversations/${conversationId}/participants/again`))).toBe(
      '404 ResourceNotFound',
    )
  })
})

test('a removed participant receives the removal and no later signal', async () => {
  const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [removedFrom, kept] = [
    await createConversation(owner, participant),
    await createConversation(owner, participant),
  ]
  await using removedStream = await openConversationStream(participant, removedFrom)
  await using keptStream = await openConversationStream(participant, kept)

  await owner.delete(`/conversations/${removedFrom}/participants/${participant.id}`)
  await sendText(owner, removedFrom, 'after the removal')
  await sendText(owner, kept, 'Hello')

  expect(await removedStream.remainingSignals()).toEqual([
    { type: 'participant_removed', data: { conversationId: removedFrom, participantId: participant.id } },
  ])
  expect(await keptStream.nextSignals(1)).toMatchObject([
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
