import { Client, type AuthenticatedClient } from '@botpress/chat'
import type { Payload } from '@parley/core/contract'
import { expect } from 'vitest'
import { streamPlease, streamedPieces } from './answering-bot.ts'
import { connect, freshId, type Target } from './connect.ts'
import { hear, type Hearing } from './hear.ts'
import { payloadSamples } from './payload-samples.ts'
import { recordCalls } from './record-calls.ts'

interface Scene {
  readonly owner: AuthenticatedClient
  readonly friend: AuthenticatedClient
  readonly conversationId: string
  readonly hearing: Hearing
}

/**
 * Walks through every operation of the official client in a conversation with the answering bot, and listens all along.
 *
 * @returns The operations that it called.
 */
export async function tour(target: Target): Promise<string[]> {
  const called = new Set<string>()
  const bare = recordCalls(new Client({ apiUrl: target.apiUrl }), called)
  const owner = recordCalls(await connect(target), called)
  const friend = recordCalls(await connect(target), called)

  if (target.encryptionKey === undefined) await makeUser(bare)
  else await expect(bare.createUser({})).rejects.toMatchObject({ code: 401, type: 'Unauthorized' })
  await changeUser(bare, owner)
  const conversationId = await makeConversations(owner, friend)

  await using hearing = await hear(owner, conversationId)
  const scene: Scene = { owner, friend, conversationId, hearing }
  await takeIn(scene)
  for (const payload of Object.values<Payload>(payloadSamples)) await exchangeMessages(scene, payload)
  await hearStreamedAnswer(scene)
  await deleteNewestOfFriend(scene)
  await exchangeEvents(scene)
  await part(scene)

  expect(hearing.signals.map(({ type }) => type)).toEqual(expectedSignals)
  expect(hearing.unknown).toHaveLength(streamedPieces.length + 1)
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

async function makeUser(bare: Client): Promise<void> {
  const fields = { id: freshId('user'), name: 'Cleo', pictureUrl: 'https://example.com/c.png', profile: '{}' }

  const { user, key } = await bare.createUser(fields)

  expect(user).toMatchObject(fields)
  expect((await bare.getUser({ 'x-user-key': key })).user).toEqual(user)
}

async function changeUser(bare: Client, owner: AuthenticatedClient): Promise<void> {
  const { id, key } = owner.user

  const { user } = await bare.getOrCreateUser({ 'x-user-key': key, name: 'Ada', profile: 'a poet' })
  expect(user).toMatchObject({ id, name: 'Ada', profile: 'a poet' })
  expect((await owner.getUser({})).user).toEqual(user)

  const { user: updated } = await owner.updateUser({ name: 'Ada L.' })
  expect(updated).toMatchObject({ id, name: 'Ada L.', profile: 'a poet' })
}

async function makeConversations(owner: AuthenticatedClient, stranger: AuthenticatedClient): Promise<string> {
  const { conversation } = await owner.createConversation({})
  const { id } = conversation
  const named = freshId('conversation')

  const made = await owner.getOrCreateConversation({ id: named })
  expect(made.conversation.id).toBe(named)
  expect(await owner.getOrCreateConversation({ id: named })).toEqual(made)
  expect(await owner.getConversation({ id })).toEqual({ conversation })
  const { conversations } = await owner.listConversations({})
  expect(conversations.map((each) => each.id)).toEqual([named, id])
  await expect(stranger.getConversation({ id })).rejects.toMatchObject({ code: 403, type: 'Forbidden' })
  await expect(stranger.listenConversation({ id })).rejects.toMatchObject({ type: 'error', status: 403 })
  return id
}

async function takeIn({ owner, friend, conversationId, hearing }: Scene): Promise<void> {
  const { participant } = await owner.addParticipant({ conversationId, userId: friend.user.id })

  expect(participant.id).toBe(friend.user.id)
  expect(await hearing.first('participant_added')).toEqual({ conversationId, participantId: friend.user.id })
  expect(await friend.getParticipant({ conversationId, userId: friend.user.id })).toEqual({ participant })
  const { participants } = await friend.listParticipants({ conversationId })
  expect(participants.map(({ id }) => id)).toEqual([owner.user.id, friend.user.id])
}

async function exchangeMessages(
  { owner, friend, conversationId, hearing }: Scene,
  payload: Payload,
): Promise<void> {
  const metadata = { clientMessageId: freshId('client'), nothing: null, deep: [{ a: 1 }] }

  const { message } = await friend.createMessage({ conversationId, payload, metadata })

  expect(message).toMatchObject({ conversationId, userId: friend.user.id, payload, metadata })
  expect(await hearing.first('message_created', ({ id }) => id === message.id)).toEqual({
    ...message,
    isBot: false,
  })
  expect(await owner.getMessage({ id: message.id })).toEqual({ message })
  const answer = await hearing.first('message_created', ({ createdAt }) => createdAt > message.createdAt)
  expect(answer).toMatchObject({ payload, isBot: true })
  const { messages } = await friend.listMessages({ conversationId })
  expect(messages.slice(0, 2).map(({ id }) => id)).toEqual([answer.id, message.id])
}

async function hearStreamedAnswer({ friend, conversationId, hearing }: Scene): Promise<void> {
  const payload = { type: 'text', text: streamPlease } as const

  const { message } = await friend.createMessage({ conversationId, payload })

  const answer = await hearing.first('message_created', ({ createdAt }) => createdAt > message.createdAt)
  expect(answer).toMatchObject({ payload: { type: 'text', text: streamedPieces.join('') }, isBot: true })
  const parts = hearing.unknown.map((data) => JSON.parse(String(data)))
  expect(parts).toMatchObject([
    ...streamedPieces.map((delta, sequence) => ({ type: 'message_stream_delta', data: { sequence, delta } })),
    {
      type: 'message_stream_complete',
      data: { streamId: answer.metadata?.['streamId'], message: { id: answer.id } },
    },
  ])
}

async function deleteNewestOfFriend({ owner, friend, conversationId, hearing }: Scene): Promise<void> {
  const userId = friend.user.id
  const all = await owner.list.messages({ conversationId }).collect()
  const id = all.find((message) => message.userId === userId)?.id ?? ''

  await expect(owner.deleteMessage({ id })).rejects.toMatchObject({ code: 403, type: 'Forbidden' })
  expect(await friend.deleteMessage({ id })).toEqual({})

  expect(await hearing.first('message_deleted')).toEqual({ id, conversationId, userId })
  await expect(owner.getMessage({ id })).rejects.toMatchObject({ code: 404, type: 'ResourceNotFound' })
}

async function exchangeEvents({ owner, friend, conversationId, hearing }: Scene): Promise<void> {
  const payload = { kind: 'waved', at: { x: 1, y: [null] } }

  const { event } = await friend.createEvent({ conversationId, payload })

  expect(event).toMatchObject({ conversationId, userId: friend.user.id, payload })
  expect(await hearing.first('event_created')).toEqual({ ...event, isBot: false })
  expect(await owner.getEvent({ id: event.id })).toEqual({ event })
  const answer = await hearing.first('event_created', ({ isBot }) => isBot)
  expect(answer).toMatchObject({ id: null, conversationId, payload: { answers: event.id } })
}

async function part({ owner, friend, conversationId, hearing }: Scene): Promise<void> {
  const userId = friend.user.id

  expect(await owner.removeParticipant({ conversationId, userId })).toEqual({})
  expect(await hearing.first('participant_removed')).toEqual({ conversationId, participantId: userId })
  expect(hearing.errors).toEqual([])

  expect(await owner.deleteConversation({ id: conversationId })).toEqual({})
  await hearing.lost()
  expect(hearing.listener.status).toBe('disconnected')
  expect(await owner.deleteUser({})).toEqual({})
  await expect(owner.getUser({})).rejects.toMatchObject({ code: 404, type: 'ResourceNotFound' })
}
