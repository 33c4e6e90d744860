import * as chat from '@botpress/chat'
import { operations } from '@parley/core/contract'
import { expect, test, vi } from 'vitest'
import { callEveryOperation } from './official/call-every-operation.ts'
import { collectSignals } from './official/collect-signals.ts'
import { connect } from './official/connect.ts'
import { run100Times } from './official/run-100-times.ts'
import { startEchoServer } from './official/start-echo-server.ts'

// Slow machines must not fail these tests.
vi.setConfig({ testTimeout: 120_000 })

const allOperations = Object.keys(operations).toSorted()
const encryptionKey = 'the secret with which a backend signs keys'

test.each([
  { mode: 'shared', secret: {} },
  { mode: 'personal', secret: { encryptionKey } },
] as const)(
  'the official client calls all 21 operations and receives every signal, in 100 of 100 runs, in $mode mode',
  async ({ mode, secret }) => {
    await using server = await startEchoServer({ auth: mode, ...secret })

    const calls = await run100Times(async () => callEveryOperation({ apiUrl: server.url, ...secret }))

    expect(calls.map((names) => names.toSorted())).toEqual(Array(100).fill(allOperations))
    expect(server.logger.errors).toEqual([])
    await expect.poll(() => server.chat.listenerCount).toBe(0)
  },
)

test('the official client accepts a base URL with a trailing slash', async () => {
  await using server = await startEchoServer()

  const calls = await callEveryOperation({ apiUrl: `${server.url}/` })

  expect(calls.toSorted()).toEqual(allOperations)
})

test('the official client accepts a webhook id and a server URL', async () => {
  await using server = await startEchoServer()

  const me = await chat.Client.connect({ webhookId: 'demo', baseApiUrl: server.origin })

  expect((await me.getUser({})).user.id).toBe(me.user.id)
})

test('the official client connects as the same user with their user key', async () => {
  await using server = await startEchoServer()
  const me = await connect({ apiUrl: server.url })

  const again = await chat.Client.connect({ apiUrl: server.url, userKey: me.user.key })

  expect(again.user).toEqual(me.user)
})

test.each(['team/one', '/team/', 'a//b', 'a/listen', 'listen', 'a/messages', 'team\\one', '\\', '-_'])(
  'the official client can use a conversation with the id %s',
  async (id) => {
    await using server = await startEchoServer()
    const me = await connect({ apiUrl: server.url })
    const friend = await connect({ apiUrl: server.url }, `${id}/a\\friend`)
    const { conversation } = await me.createConversation({ id })
    const userId = friend.user.id
    await me.addParticipant({ conversationId: id, userId })
    await using collector = await collectSignals(me, id)

    const { message } = await friend.createMessage({
      conversationId: id,
      payload: { type: 'text', text: 'hello' },
    })
    await collector.first('message_created', ({ isBot }) => isBot)

    expect(await friend.getConversation({ id })).toMatchObject({
      conversation: { id, createdAt: conversation.createdAt },
    })
    expect((await me.listMessages({ conversationId: id })).messages[1]).toEqual(message)
    expect((await me.getParticipant({ conversationId: id, userId })).participant.id).toBe(userId)
    expect((await me.listParticipants({ conversationId: id })).participants).toHaveLength(2)
    expect(await me.removeParticipant({ conversationId: id, userId })).toEqual({})
    expect(await collector.first('participant_removed')).toEqual({
      conversationId: id,
      participantId: userId,
    })
    expect(await me.deleteConversation({ id })).toEqual({})
    await collector.connectionLost()
  },
)

test('the official client can listen to an id with a backslash, even if another id has a slash instead', async () => {
  await using server = await startEchoServer()
  const me = await connect({ apiUrl: server.url })
  const otherUser = await connect({ apiUrl: server.url })
  await me.createConversation({ id: 'team\\one' })
  await otherUser.createConversation({ id: 'team/one' })

  await using collector = await collectSignals(me, 'team\\one')
  await otherUser.createMessage({ conversationId: 'team/one', payload: { type: 'text', text: 'not for me' } })
  await me.createMessage({ conversationId: 'team\\one', payload: { type: 'text', text: 'for me' } })

  expect(await collector.first('message_created')).toMatchObject({
    conversationId: 'team\\one',
    userId: me.user.id,
  })
})

test('the official client collects all pages of all lists', async () => {
  await using server = await startEchoServer({ bot: {} })
  const me = await connect({ apiUrl: server.url })
  const { id: conversationId } = (await me.createConversation({})).conversation
  const created = [conversationId]
  const joined = [me.user.id]
  const sent: string[] = []
  for (let index = 0; index < 44; index++) {
    created.unshift((await me.createConversation({})).conversation.id)
    joined.push((await connect({ apiUrl: server.url })).user.id)
    await me.addParticipant({ conversationId, userId: joined.at(-1) ?? '' })
    const payload = { type: 'text', text: String(index) } as const
    sent.unshift((await me.createMessage({ conversationId, payload })).message.id)
  }

  const conversations = await me.list.conversations({}).collect()
  const participants = await me.list.participants({ conversationId }).collect()
  const messages = await me.list.messages({ conversationId }).collect()
  const newest = await me.list.messages({ conversationId }).collect({ limit: 25 })

  expect(conversations.map(({ id }) => id)).toEqual(created)
  expect(participants.map(({ id }) => id)).toEqual(joined)
  expect(messages.map(({ id }) => id)).toEqual(sent)
  expect(newest.map(({ id }) => id)).toEqual(sent.slice(0, 25))
})
