import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { connect as openSocket, type AddressInfo } from 'node:net'
import type { AuthenticatedClient } from '@botpress/chat'
import { expect, test } from 'vitest'
import { collectSignals } from './official/collect-signals.ts'
import { connect } from './official/connect.ts'
import { streamCommand } from './official/echo-bot.ts'
import { run100Times } from './official/run-100-times.ts'
import { startEchoServer } from './official/start-echo-server.ts'
import { createFrozenClock } from './support/frozen-clock.ts'

const text = (words: string) => ({ type: 'text', text: words }) as const

async function makeConversation(me: AuthenticatedClient): Promise<string> {
  return (await me.createConversation({})).conversation.id
}

test.each([
  ['a message', 'hello'],
  ['a message that is answered piece by piece', streamCommand],
])('%s sent just before listening is heard, and so is its answer', async (_, words) => {
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })

  const heard = await run100Times(async () => {
    const me = await connect({ apiUrl: server.url })
    const conversationId = await makeConversation(me)
    const { message } = await me.createMessage({ conversationId, payload: text(words) })
    await using hearing = await collectSignals(me, conversationId)
    const answer = await hearing.first('message_created', ({ isBot }) => isBot)
    expect(hearing.signals.map(({ data }) => data)).toEqual([{ ...message, isBot: false }, answer])
    return hearing.errors
  })

  expect(heard).toEqual(Array(100).fill([]))
})

test('a message sent at the moment of listening is heard, and so is its answer', async () => {
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })

  const heard = await run100Times(async () => {
    const me = await connect({ apiUrl: server.url })
    const conversationId = await makeConversation(me)
    const [hearing, { message }] = await Promise.all([
      collectSignals(me, conversationId),
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
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })
  const me = await connect({ apiUrl: server.url })
  const conversationId = await makeConversation(me)

  const { event } = await me.createEvent({ conversationId, payload: { kind: 'waved' } })
  await using hearing = await collectSignals(me, conversationId)

  const answer = await hearing.first('event_created', ({ isBot }) => isBot)
  expect(hearing.signals.map(({ data }) => data)).toEqual([{ ...event, isBot: false }, answer])
})

test('a handler keeps hearing after a lost stream was connected again', async () => {
  await using server = await startEchoServer()
  const me = await connect({ apiUrl: server.url })
  const friend = await connect({ apiUrl: server.url })
  const conversationId = await makeConversation(me)
  const membership = { conversationId, userId: friend.user.id }
  await me.addParticipant(membership)
  await using hearing = await collectSignals(friend, conversationId)

  await me.removeParticipant(membership)
  await hearing.connectionLost()
  await me.addParticipant(membership)
  await hearing.listener.connect()
  const { message } = await me.createMessage({ conversationId, payload: text('welcome back') })

  expect(await hearing.first('message_created')).toEqual({ ...message, isBot: false })
  expect(hearing.errors).toHaveLength(1)
})

test('a request made at the moment a stream ends does not meet its dying connection', async () => {
  await using server = await startEchoServer()
  const me = await connect({ apiUrl: server.url })
  const conversationId = await makeConversation(me)
  const hearings = await Promise.all(
    Array.from({ length: 20 }, async () => collectSignals(me, conversationId)),
  )

  const asked = hearings.map(async (hearing) => {
    await hearing.connectionLost()
    return me.createConversation({})
  })
  await me.deleteConversation({ id: conversationId })

  expect(await Promise.all(asked)).toHaveLength(20)
})

/**
 * axios leaves a time-out of a few seconds on a socket that goes back into Node's pool, and the stream that takes it from there
 * is closed by it unless bytes come. The server knows such a client by its lack of a user-agent.
 */
test('a stream of a client without a user-agent, as the official one is in Node, is never silent for long', async () => {
  await using server = await startEchoServer()
  const agents: unknown[] = []
  const noteAgents: RequestListener = (request, response) => {
    if (request.url?.endsWith('/listen')) agents.push(request.headers['user-agent'])
    server.chat.handler(request, response)
  }
  const http = createHttpServer(noteAgents).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const me = await connect({ apiUrl: `http://127.0.0.1:${port}/demo` })
  const conversationId = await makeConversation(me)
  const hearing = await collectSignals(me, conversationId)
  await hearing.listener.disconnect()
  http.close()

  const socket = openSocket(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(
    `GET /demo/conversations/${conversationId}/listen HTTP/1.1\r\nhost: x\r\nx-user-key: ${me.user.key}\r\n\r\n`,
  )
  let heard = ''
  for await (const bytes of socket) {
    heard += String(bytes)
    if (heard.split('\n:\n\n').length > 3) break
  }

  expect(agents).toEqual([undefined])
  expect(heard).toContain('event: ready')
})
