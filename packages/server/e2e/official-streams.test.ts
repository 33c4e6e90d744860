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

const text = (value: string) => ({ type: 'text', text: value }) as const

async function createConversation(me: AuthenticatedClient): Promise<string> {
  return (await me.createConversation({})).conversation.id
}

test.each([
  ['a message', 'hello'],
  ['a message with a streaming answer', streamCommand],
])('%s sent just before listening is received, and so is its answer', async (_, value) => {
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })

  const errors = await run100Times(async () => {
    const me = await connect({ apiUrl: server.url })
    const conversationId = await createConversation(me)
    const { message } = await me.createMessage({ conversationId, payload: text(value) })
    await using collector = await collectSignals(me, conversationId)
    const answer = await collector.first('message_created', ({ isBot }) => isBot)
    expect(collector.signals.map(({ data }) => data)).toEqual([{ ...message, isBot: false }, answer])
    return collector.errors
  })

  expect(errors).toEqual(Array(100).fill([]))
})

test('a message sent while the stream opens is received, and so is its answer', async () => {
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })

  const errors = await run100Times(async () => {
    const me = await connect({ apiUrl: server.url })
    const conversationId = await createConversation(me)
    const [collector, { message }] = await Promise.all([
      collectSignals(me, conversationId),
      me.createMessage({ conversationId, payload: text('hello') }),
    ])
    const answer = await collector.first('message_created', ({ isBot }) => isBot)
    await collector.listener.disconnect()
    expect(collector.signals.map(({ data }) => data)).toEqual([{ ...message, isBot: false }, answer])
    return collector.errors
  })

  expect(errors).toEqual(Array(100).fill([]))
})

test('an event sent just before listening is received, and so is its answer', async () => {
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })
  const me = await connect({ apiUrl: server.url })
  const conversationId = await createConversation(me)

  const { event } = await me.createEvent({ conversationId, payload: { kind: 'waved' } })
  await using collector = await collectSignals(me, conversationId)

  const answer = await collector.first('event_created', ({ isBot }) => isBot)
  expect(collector.signals.map(({ data }) => data)).toEqual([{ ...event, isBot: false }, answer])
})

test('a handler receives signals after its lost stream was reconnected', async () => {
  await using server = await startEchoServer()
  const me = await connect({ apiUrl: server.url })
  const friend = await connect({ apiUrl: server.url })
  const conversationId = await createConversation(me)
  const membership = { conversationId, userId: friend.user.id }
  await me.addParticipant(membership)
  await using collector = await collectSignals(friend, conversationId)

  await me.removeParticipant(membership)
  await collector.connectionLost()
  await me.addParticipant(membership)
  await collector.listener.connect()
  const { message } = await me.createMessage({ conversationId, payload: text('welcome back') })

  expect(await collector.first('message_created')).toEqual({ ...message, isBot: false })
  expect(collector.errors).toHaveLength(1)
})

test('a request sent when a stream ends does not fail because of the closing connection', async () => {
  await using server = await startEchoServer()
  const me = await connect({ apiUrl: server.url })
  const conversationId = await createConversation(me)
  const collectors = await Promise.all(
    Array.from({ length: 20 }, async () => collectSignals(me, conversationId)),
  )

  const creating = collectors.map(async (collector) => {
    await collector.connectionLost()
    return me.createConversation({})
  })
  await me.deleteConversation({ id: conversationId })

  expect(await Promise.all(creating)).toHaveLength(20)
})

/**
 * axios leaves a timeout of a few seconds on sockets that it returns to Node's pool. A stream that reuses such a socket
 * is closed if it receives no data for that time. The server recognizes such a client by its missing user agent.
 */
test('a client without a user agent, such as the official one in Node, gets frequent data on its stream', async () => {
  await using server = await startEchoServer()
  const agents: unknown[] = []
  const recordAgents: RequestListener = (request, response) => {
    if (request.url?.endsWith('/listen')) agents.push(request.headers['user-agent'])
    server.chat.nodeHandlers.request(request, response)
  }
  const http = createHttpServer(recordAgents).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const me = await connect({ apiUrl: `http://127.0.0.1:${port}/demo` })
  const conversationId = await createConversation(me)
  const collector = await collectSignals(me, conversationId)
  await collector.listener.disconnect()
  http.close()

  const socket = openSocket(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(
    `GET /demo/conversations/${conversationId}/listen HTTP/1.1\r\nhost: x\r\nx-user-key: ${me.user.key}\r\n\r\n`,
  )
  let received = ''
  for await (const bytes of socket) {
    received += String(bytes)
    if (received.split('\n:\n\n').length > 3) break
  }

  expect(agents).toEqual([undefined])
  expect(received).toContain('event: ready')
})
