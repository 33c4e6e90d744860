import { createServer as createHttpServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { AuthenticatedClient } from '@botpress/chat'
import { expect, test, vi } from 'vitest'
import { aHundredTimes } from './official/a-hundred-times.ts'
import { streamPlease } from './official/answering-bot.ts'
import { connect } from './official/connect.ts'
import { hear } from './official/hear.ts'
import { startServer } from './official/start-server.ts'

// A machine may be slow, and nothing here is about speed.
vi.setConfig({ testTimeout: 30_000 })

const text = (words: string) => ({ type: 'text', text: words }) as const

async function makeConversation(me: AuthenticatedClient): Promise<string> {
  return (await me.createConversation({})).conversation.id
}

test.each([
  ['a message', 'hello'],
  ['a message that is answered piece by piece', streamPlease],
])('%s sent just before listening is heard, and so is its answer', async (_, words) => {
  await using server = await startServer()

  const heard = await aHundredTimes(async () => {
    const me = await connect({ apiUrl: server.url })
    const conversationId = await makeConversation(me)
    const { message } = await me.createMessage({ conversationId, payload: text(words) })
    await using hearing = await hear(me, conversationId)
    const answer = await hearing.first('message_created', ({ isBot }) => isBot)
    expect(hearing.signals.map(({ data }) => data)).toEqual([{ ...message, isBot: false }, answer])
    return hearing.errors
  })

  expect(heard).toEqual(Array(100).fill([]))
})

test('a message sent at the moment of listening is heard, and so is its answer', async () => {
  await using server = await startServer()

  const heard = await aHundredTimes(async () => {
    const me = await connect({ apiUrl: server.url })
    const conversationId = await makeConversation(me)
    const [hearing, { message }] = await Promise.all([
      hear(me, conversationId),
      me.createMessage({ conversationId, payload: text('hello') }),
    ])
    const answer = await hearing.first('message_created', ({ isBot }) => isBot)
    await hearing.listener.disconnect()
    expect(hearing.signals.map(({ data }) => data)).toEqual([{ ...message, isBot: false }, answer])
    return hearing.errors
  })

  expect(heard).toEqual(Array(100).fill([]))
})

test('an event sent just before listening is heard, and so is its answer', async () => {
  await using server = await startServer()
  const me = await connect({ apiUrl: server.url })
  const conversationId = await makeConversation(me)

  const { event } = await me.createEvent({ conversationId, payload: { kind: 'waved' } })
  await using hearing = await hear(me, conversationId)

  const answer = await hearing.first('event_created', ({ isBot }) => isBot)
  expect(hearing.signals.map(({ data }) => data)).toEqual([{ ...event, isBot: false }, answer])
})

test('a handler keeps hearing after a lost stream was connected again', async () => {
  await using server = await startServer()
  const me = await connect({ apiUrl: server.url })
  const friend = await connect({ apiUrl: server.url })
  const conversationId = await makeConversation(me)
  const membership = { conversationId, userId: friend.user.id }
  await me.addParticipant(membership)
  await using hearing = await hear(friend, conversationId)

  await me.removeParticipant(membership)
  await hearing.lost()
  await me.addParticipant(membership)
  await hearing.listener.connect()
  const { message } = await me.createMessage({ conversationId, payload: text('welcome back') })

  expect(await hearing.first('message_created')).toEqual({ ...message, isBot: false })
  expect(hearing.errors).toHaveLength(1)
})

test('a request made at the moment a stream ends does not meet its dying connection', async () => {
  await using server = await startServer()
  const me = await connect({ apiUrl: server.url })
  const conversationId = await makeConversation(me)
  const hearings = await Promise.all(Array.from({ length: 20 }, async () => hear(me, conversationId)))

  const asked = hearings.map(async (hearing) => {
    await hearing.lost()
    return me.createConversation({})
  })
  await me.deleteConversation({ id: conversationId })

  expect(await Promise.all(asked)).toHaveLength(20)
})

/**
 * axios leaves a time-out of a few seconds on a socket that goes back into Node's pool, and the stream that takes it from there
 * is closed by it unless bytes come.
 */
test('a stream on a used connection outlives its silence', async () => {
  await using server = await startServer()
  const used = new Set<Socket>()
  let isUsed = false
  const countSockets: RequestListener = (request, response) => {
    if (request.url?.endsWith('/listen')) isUsed = used.has(request.socket)
    used.add(request.socket)
    server.chat.handler(request, response)
  }
  const http = createHttpServer(countSockets).listen(0, '127.0.0.1')
  await vi.waitUntil(() => http.listening)
  const { port } = http.address() as AddressInfo
  const me = await connect({ apiUrl: `http://127.0.0.1:${port}/demo` })
  const conversationId = await makeConversation(me)
  await using hearing = await hear(me, conversationId)

  await delay(7_000)
  expect(isUsed).toBe(true)
  expect(hearing.errors).toEqual([])

  await me.createMessage({ conversationId, payload: text('still there?') })
  const answer = await hearing.first('message_created', ({ isBot }) => isBot)
  expect(answer).toMatchObject({ payload: text('still there?') })
  await hearing.listener.disconnect()
  http.close()
})
