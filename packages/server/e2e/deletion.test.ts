import type { OperationResult } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { call } from './plain/call.ts'
import { listenTo } from './plain/event-stream.ts'
import { outcome } from './plain/outcome.ts'
import { newConversation, newPerson, say, textsOf, type Person } from './plain/person.ts'
import { quietLogger } from './plain/quiet-logger.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ logger: quietLogger() })
})
afterAll(() => server.close())

describe('a message that is deleted', () => {
  test('is gone from everywhere but from the signal that says so', async () => {
    const [sender, other] = [await newPerson(server.url), await newPerson(server.url)]
    const conversationId = await newConversation(sender, other)
    await using stream = await listenTo(other, conversationId)
    const { id } = await say(sender, conversationId, 'Hello')
    const created = await stream.signals(1)

    const deleted = await sender.delete(`/messages/${id}`)
    const again = await sender.delete(`/messages/${id}`)
    const signals = await stream.signals(1)

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(again)).toBe('404 ResourceNotFound')
    expect(outcome(await other.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(created).toMatchObject([{ type: 'message_created', data: { id } }])
    expect(signals).toEqual([{ type: 'message_deleted', data: { id, conversationId, userId: sender.id } }])
  })

  test('leaves the others as they were, and is not replayed', async () => {
    const sender = await newPerson(server.url)
    const conversationId = await newConversation(sender)
    await using before = await listenTo(sender, conversationId)
    await say(sender, conversationId, '1')
    const { id } = await say(sender, conversationId, '2')
    await say(sender, conversationId, '3')

    await sender.delete(`/messages/${id}`)
    await using resumed = await listenTo(sender, conversationId, { 'last-event-id': before.ready.id })
    const heard = await resumed.signals(3)

    expect(await textsOf(sender, conversationId)).toEqual(['3', '1'])
    expect(heard).toMatchObject([
      { type: 'message_created', data: { payload: { text: '1' } } },
      { type: 'message_created', data: { payload: { text: '3' } } },
      { type: 'message_deleted', data: { id } },
    ])
  })
})

describe('a conversation that is deleted', () => {
  test('takes its messages, events and streams with it', async () => {
    const [owner, guest] = [await newPerson(server.url), await newPerson(server.url)]
    const conversationId = await newConversation(owner, guest)
    const { id } = await say(guest, conversationId, 'Hello')
    const event = await sendEvent(guest, conversationId)
    await using stream = await listenTo(guest, conversationId)

    const deleted = await owner.delete(`/conversations/${conversationId}`)
    await stream.rest()

    expect(deleted).toMatchObject({ status: 200, text: '{}' })
    expect(outcome(await guest.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
    expect(outcome(await guest.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
    expect(outcome(await guest.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await guest.get(`/events/${event}`))).toBe('404 ResourceNotFound')
    expect(await guest.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('frees its id, and what takes it starts empty', async () => {
    const [former, guest, next] = [
      await newPerson(server.url),
      await newPerson(server.url),
      await newPerson(server.url),
    ]
    const path = '/conversations/reused'
    await former.post('/conversations', { id: 'reused' })
    await former.post(`${path}/participants`, { userId: guest.id })
    const old = [await say(former, 'reused', 'old 1'), await say(guest, 'reused', 'old 2')]
    const { body } = await former.get<OperationResult<'listMessages'>>(`${path}/messages?limit=1`)
    await using before = await listenTo(former, 'reused')

    await former.delete(path)
    const taken = await next.post('/conversations', { id: 'reused' })
    await next.post(`${path}/participants`, { userId: guest.id })
    await using resumed = await listenTo(next, 'reused', { 'last-event-id': before.ready.id })

    expect(outcome(taken)).toBe('201')
    expect(await textsOf(next, 'reused')).toEqual([])
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
    const person = await newPerson(server.url, { id: 'gone', name: 'Ada', profile: '-' })
    await newConversation(person)

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
    const person = await newPerson(server.url, { id: 'freed', name: 'Ada' })
    await person.delete('/users/me')

    const { status, body } = await call<OperationResult<'createUser'>>('POST', `${server.url}/users`, {
      body: { id: 'freed' },
    })

    expect(status).toBe(201)
    expect(body.user).not.toHaveProperty('name')
  })

  test('takes the conversations that they own, with everybody else in them', async () => {
    const [owner, guest] = [await newPerson(server.url), await newPerson(server.url)]
    const conversationId = await newConversation(owner, guest)
    const { id } = await say(guest, conversationId, 'Hello')
    await using stream = await listenTo(guest, conversationId)

    await owner.delete('/users/me')
    await stream.rest()

    expect(outcome(await guest.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
    expect(outcome(await guest.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(await guest.get('/conversations')).toMatchObject({ body: { conversations: [] } })
  })

  test('is removed elsewhere, with their messages, events and streams', async () => {
    const [owner, other, leaver] = [
      await newPerson(server.url),
      await newPerson(server.url),
      await newPerson(server.url),
    ]
    const conversationId = await newConversation(owner, other, leaver)
    await say(other, conversationId, 'mine')
    const { id } = await say(leaver, conversationId, 'theirs')
    const event = await sendEvent(leaver, conversationId)
    await using own = await listenTo(leaver, conversationId)
    await using heard = await listenTo(owner, conversationId)

    await leaver.delete('/users/me')
    await own.rest()
    const participants = await owner.get(`/conversations/${conversationId}/participants`)

    expect(await textsOf(owner, conversationId)).toEqual(['mine'])
    expect(outcome(await owner.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.get(`/events/${event}`))).toBe('404 ResourceNotFound')
    expect(participants).toMatchObject({ body: { participants: [{ id: owner.id }, { id: other.id }] } })
    expect(await heard.signals(2)).toEqual([
      { type: 'message_deleted', data: { id, conversationId, userId: leaver.id } },
      { type: 'participant_removed', data: { conversationId, participantId: leaver.id } },
    ])
  })

  test('takes what they said in a conversation that they have left', async () => {
    const [owner, leaver] = [await newPerson(server.url), await newPerson(server.url)]
    const conversationId = await newConversation(owner, leaver)
    await say(leaver, conversationId, 'theirs')
    await say(owner, conversationId, 'mine')
    await leaver.delete(`/conversations/${conversationId}/participants/${leaver.id}`)

    await leaver.delete('/users/me')

    expect(await textsOf(owner, conversationId)).toEqual(['mine'])
  })

  test('is no participant anywhere when their id is taken again', async () => {
    const owner = await newPerson(server.url)
    const former = await newPerson(server.url, { id: 'again' })
    const conversationId = await newConversation(owner, former)
    await former.delete('/users/me')

    const next = await newPerson(server.url, { id: 'again' })

    expect(outcome(await next.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
    expect(outcome(await owner.get(`/conversations/${conversationId}/participants/again`))).toBe(
      '404 ResourceNotFound',
    )
  })
})

test('a participant who is removed hears of it, and of nothing after it', async () => {
  const [owner, guest] = [await newPerson(server.url), await newPerson(server.url)]
  const [left, kept] = [await newConversation(owner, guest), await newConversation(owner, guest)]
  await using closed = await listenTo(guest, left)
  await using open = await listenTo(guest, kept)

  await owner.delete(`/conversations/${left}/participants/${guest.id}`)
  await say(owner, left, 'behind their back')
  await say(owner, kept, 'Hello')

  expect(await closed.rest()).toEqual([
    { type: 'participant_removed', data: { conversationId: left, participantId: guest.id } },
  ])
  expect(await open.signals(1)).toMatchObject([
    { data: { conversationId: kept, payload: { text: 'Hello' } } },
  ])
})

async function sendEvent(sender: Person, conversationId: string): Promise<string> {
  const { body } = await sender.post<OperationResult<'createEvent'>>('/events', {
    conversationId,
    payload: {},
  })
  return body.event.id
}
