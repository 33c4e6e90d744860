import { createChat } from '@parley/core'
import {
  openConversation,
  type ChatMessage,
  type ConversationConnection,
  type ParticipantsState,
} from '@parley/rx'
import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { connectFast, createConversationWith, fastOptions } from './chaos/connect-fast.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

const text = (value: string) => ({ type: 'text', text: value }) as const

test('messages tell whose they are and who sent them: the user, a participant, or the bot', async () => {
  const bot = defineBot({ onMessage: ({ reply }) => reply(text('Hi!')) })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const connect = (id: string, name: string) => createChat({ url: server.url }).connect({ id, name })
  const [ann, ben] = [await connect('ann', 'Ann'), await connect('ben', 'Ben')]
  const id = await createConversationWith(ann, ben)
  const conversation = openConversation(ann, id, fastOptions())
  let messages: readonly ChatMessage[] = []
  const subscription = conversation.messages$.subscribe((value) => (messages = value))
  subscription.add(conversation.participants$.subscribe())

  await conversation.send(text('mine'))
  await waitUntil(() => messages.length === 2)
  await ben.createMessage({ conversationId: id, payload: text('theirs') })
  await waitUntil(() => messages.length === 4 && messages.every(({ sender }) => sender !== undefined))

  const { bot: profile } = await ann.serverInfo()
  expect(messages.map(({ isOwn, sender }) => [isOwn, sender?.id, sender?.name])).toEqual([
    [true, 'ann', 'Ann'],
    [false, profile?.id, profile?.name],
    [false, 'ben', 'Ben'],
    [false, profile?.id, profile?.name],
  ])
  subscription.unsubscribe()
})

test('deleting a message, adding and removing participants, and leaving take effect for all participants', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const [ann, ben] = [
    await connectFast(server.url, { id: 'ann' }),
    await connectFast(server.url, { id: 'ben' }),
  ]
  const { conversation: created } = await ann.createConversation()
  const [annConversation, benConversation] = [ann, ben].map((user) =>
    openConversation(user, created.id, fastOptions()),
  )
  if (!annConversation || !benConversation) throw new Error('Unable to open the conversations.')
  let participants: ParticipantsState | undefined
  let [annMessages, benMessages]: (readonly ChatMessage[])[] = []
  let connection: ConversationConnection | undefined
  const getIds = (): string | undefined => participants?.participants.map(({ id }) => id).join()
  const subscription = annConversation.participants$.subscribe((state) => (participants = state))
  subscription.add(annConversation.messages$.subscribe((value) => (annMessages = value)))
  await waitUntil(() => getIds() === 'ann')

  await annConversation.addParticipant('ben')
  expect(getIds()).toBe('ann,ben')
  subscription.add(benConversation.messages$.subscribe((value) => (benMessages = value)))
  subscription.add(benConversation.connection$.subscribe((value) => (connection = value)))
  const { id } = await annConversation.send(text('mine'))
  await waitUntil(() => benMessages?.length === 1)
  await expect(benConversation.deleteMessage(id)).rejects.toMatchObject({ type: 'Forbidden' })
  await annConversation.deleteMessage(id)
  expect(annMessages).toEqual([])
  await waitUntil(() => benMessages?.length === 0)

  await benConversation.leave()
  expect(connection).toMatchObject({ state: 'closed', cause: { type: 'Forbidden' } })
  await waitUntil(() => getIds() === 'ann')
  await annConversation.addParticipant('ben')
  benConversation.reconnectNow()
  await waitUntil(() => connection?.isSynced === true)
  await annConversation.removeParticipant('ben')
  expect(getIds()).toBe('ann')
  await waitUntil(() => connection?.state === 'closed')
  subscription.unsubscribe()
})
