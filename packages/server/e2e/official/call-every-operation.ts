import { Client, type AuthenticatedClient } from '@botpress/chat'
import type { Payload } from '@parley/core/contract'
import { expect } from 'vitest'
import { collectSignals, type SignalCollector } from './collect-signals.ts'
import { connect, uniqueId, type ConnectOptions } from './connect.ts'
import { streamCommand, streamedDeltas } from './echo-bot.ts'
import { payloadSamples } from './payload-samples.ts'
import { recordCalls } from './record-calls.ts'

interface Fixture {
  readonly owner: AuthenticatedClient
  readonly friend: AuthenticatedClient
  readonly conversationId: string
  readonly collector: SignalCollector
}

/**
 * Calls every operation of the official client in a conversation with `echoBot`, and checks all results and signals.
 *
 * @returns The names of the called operations.
 */
export async function callEveryOperation(target: ConnectOptions): Promise<string[]> {
  const called = new Set<string>()
  const client = recordCalls(new Client({ apiUrl: target.apiUrl }), called)
  const owner = recordCalls(await connect(target), called)
  const friend = recordCalls(await connect(target), called)

  if (target.encryptionKey === undefined) await createUser(client)
  else await expect(client.createUser({})).rejects.toMatchObject({ code: 401, type: 'Unauthorized' })
  await updateUser(client, owner)
  const conversationId = await createConversations(owner, friend)

  await using collector = await collectSignals(owner, conversationId)
  const fixture: Fixture = { owner, friend, conversationId, collector }
  await addFriend(fixture)
  for (const payload of Object.values<Payload>(payloadSamples)) await exchangeMessages(fixture, payload)
  await receiveStreamingAnswer(fixture)
  await deleteNewestMessageOfFriend(fixture)
  await exchangeEvents(fixture)
  await leaveAndDelete(fixture)

  expect(collector.signals.map(({ type }) => type)).toEqual(expectedSignals)
  expect(collector.unknown).toHaveLength(streamedDeltas.length + 1)
  return [...called]
}

const expectedSignals = [
  'participant_added',
  ...Array<string>(2 * Object.keys(payloadSamples).length).fill('message_created'),
  'message_created',
  'message_created',
  'message_deleted',
  'event_created',
  'event_created',
  'participant_removed',
]

async function createUser(client: Client): Promise<void> {
  const fields = {
    id: uniqueId('user'),
    name: 'Cleo',
    pictureUrl: 'https://example.com/c.png',
    profile: '{}',
  }

  const { user, key } = await client.createUser(fields)

  expect(user).toMatchObject(fields)
  expect((await client.getUser({ 'x-user-key': key })).user).toEqual(user)
}

async function updateUser(client: Client, owner: AuthenticatedClient): Promise<void> {
  const { id, key } = owner.user

  const { user } = await client.getOrCreateUser({ 'x-user-key': key, name: 'Ada', profile: 'a poet' })
  expect(user).toMatchObject({ id, name: 'Ada', profile: 'a poet' })
  expect((await owner.getUser({})).user).toEqual(user)

  const { user: updated } = await owner.updateUser({ name: 'Ada L.' })
  expect(updated).toMatchObject({ id, name: 'Ada L.', profile: 'a poet' })
}

async function createConversations(
  owner: AuthenticatedClient,
  nonParticipant: AuthenticatedClient,
): Promise<string> {
  const { conversation } = await owner.createConversation({})
  const { id } = conversation
  const givenId = uniqueId('conversation')

  const created = await owner.getOrCreateConversation({ id: givenId })
  expect(created.conversation.id).toBe(givenId)
  expect(await owner.getOrCreateConversation({ id: givenId })).toEqual(created)
  expect(await owner.getConversation({ id })).toEqual({ conversation })
  const { conversations } = await owner.listConversations({})
  expect(conversations.map((listed) => listed.id)).toEqual([givenId, id])
  await expect(nonParticipant.getConversation({ id })).rejects.toMatchObject({ code: 403, type: 'Forbidden' })
  await expect(nonParticipant.listenConversation({ id })).rejects.toMatchObject({
    type: 'error',
    status: 403,
  })
  return id
}

async function addFriend({ owner, friend, conversationId, collector }: Fixture): Promise<void> {
  const { participant } = await owner.addParticipant({ conversationId, userId: friend.user.id })

  expect(participant.id).toBe(friend.user.id)
  expect(await collector.first('participant_added')).toEqual({
    conversationId,
    participantId: friend.user.id,
  })
  expect(await friend.getParticipant({ conversationId, userId: friend.user.id })).toEqual({ participant })
  const { participants } = await friend.listParticipants({ conversationId })
  expect(participants.map(({ id }) => id)).toEqual([owner.user.id, friend.user.id])
}

async function exchangeMessages(
  { owner, friend, conversationId, collector }: Fixture,
  payload: Payload,
): Promise<void> {
  const metadata = { clientMessageId: uniqueId('client'), nothing: null, deep: [{ a: 1 }] }

  const { message } = await friend.createMessage({ conversationId, payload, metadata })

  expect(message).toMatchObject({ conversationId, userId: friend.user.id, payload, metadata })
  expect(await collector.first('message_created', ({ id }) => id === message.id)).toEqual({
    ...message,
    isBot: false,
  })
  expect(await owner.getMessage({ id: message.id })).toEqual({ message })
  const answer = await collector.first('message_created', ({ createdAt }) => createdAt > message.createdAt)
  expect(answer).toMatchObject({ payload, isBot: true })
  const { messages } = await friend.listMessages({ conversationId })
  expect(messages.slice(0, 2).map(({ id }) => id)).toEqual([answer.id, message.id])
}

async function receiveStreamingAnswer({ friend, conversationId, collector }: Fixture): Promise<void> {
  const payload = { type: 'text', text: streamCommand } as const

  const { message } = await friend.createMessage({ conversationId, payload })

  const answer = await collector.first('message_created', ({ createdAt }) => createdAt > message.createdAt)
  expect(answer).toMatchObject({ payload: { type: 'text', text: streamedDeltas.join('') }, isBot: true })
  const deltas = collector.unknown.map((data) => JSON.parse(String(data)))
  expect(deltas).toMatchObject([
    ...streamedDeltas.map((delta, sequence) => ({ type: 'message_stream_delta', data: { sequence, delta } })),
    {
      type: 'message_stream_complete',
      data: { streamId: answer.metadata?.['streamId'], message: { id: answer.id } },
    },
  ])
}

async function deleteNewestMessageOfFriend({
  owner,
  friend,
  conversationId,
  collector,
}: Fixture): Promise<void> {
  const userId = friend.user.id
  const messages = await owner.list.messages({ conversationId }).collect()
  const id = messages.find((message) => message.userId === userId)?.id ?? ''

  await expect(owner.deleteMessage({ id })).rejects.toMatchObject({ code: 403, type: 'Forbidden' })
  expect(await friend.deleteMessage({ id })).toEqual({})

  expect(await collector.first('message_deleted')).toEqual({ id, conversationId, userId })
  await expect(owner.getMessage({ id })).rejects.toMatchObject({ code: 404, type: 'ResourceNotFound' })
}

async function exchangeEvents({ owner, friend, conversationId, collector }: Fixture): Promise<void> {
  const payload = { kind: 'waved', at: { x: 1, y: [null] } }

  const { event } = await friend.createEvent({ conversationId, payload })

  expect(event).toMatchObject({ conversationId, userId: friend.user.id, payload })
  expect(await collector.first('event_created')).toEqual({ ...event, isBot: false })
  expect(await owner.getEvent({ id: event.id })).toEqual({ event })
  const answer = await collector.first('event_created', ({ isBot }) => isBot)
  expect(answer).toMatchObject({ id: null, conversationId, payload: { answers: event.id } })
}

async function leaveAndDelete({ owner, friend, conversationId, collector }: Fixture): Promise<void> {
  const userId = friend.user.id

  expect(await owner.removeParticipant({ conversationId, userId })).toEqual({})
  expect(await collector.first('participant_removed')).toEqual({ conversationId, participantId: userId })
  expect(collector.errors).toEqual([])

  expect(await owner.deleteConversation({ id: conversationId })).toEqual({})
  await collector.connectionLost()
  expect(collector.listener.status).toBe('disconnected')
  expect(await owner.deleteUser({})).toEqual({})
  await expect(owner.getUser({})).rejects.toMatchObject({ code: 404, type: 'ResourceNotFound' })
}
