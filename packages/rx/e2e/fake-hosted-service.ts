import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Message } from '@parley/core'
import type {
  SendOutcome,
  FakeHostedService,
  FakeHostedServiceOptions,
} from './fake-hosted-service-controls.ts'
import { allowPages, respond, respondWithError, readBody, type Json } from './http.ts'
import { createReplay, toFrame } from './replay.ts'

interface Listener {
  response: ServerResponse
  isStalled: boolean
}

interface Conversation {
  messages: Message[]
  participants: string[]
  listeners: Set<Listener>
}

/**
 * A fake of the hosted service with its quirks: no signal ids, no replay, an initial `{}`, pings that are not JSON, and
 * plain text at `/hello`.
 */
export async function startFakeHostedService({
  pingMs = 50,
  capabilities,
}: FakeHostedServiceOptions = {}): Promise<FakeHostedService> {
  const conversations = new Map<string, Conversation>()
  /** Listeners of the streams of all conversations of a user. */
  const userListeners = new Set<Listener>()
  const replay = capabilities?.includes('resume') ? createReplay() : undefined
  const requests: string[] = []
  const outcomes: SendOutcome[] = []
  let count = 0
  let openedCount = 0
  let signalsToDrop = 0
  let isDown = false

  function getConversation(id: string): Conversation {
    const found = conversations.get(id) ?? { messages: [], participants: [], listeners: new Set<Listener>() }
    conversations.set(id, found)
    return found
  }

  function store(conversationId: string, userId: string, payload: unknown, metadata?: unknown): Message {
    const id = `msg_${String(++count).padStart(6, '0')}`
    const createdAt = new Date(Date.UTC(2026, 0, 1) + count).toISOString()
    const message = { id, createdAt, conversationId, userId, payload, ...(metadata ? { metadata } : {}) }
    getConversation(conversationId).messages.push(message as Message)
    return message as Message
  }

  function broadcast(conversationId: string, signal: { type: string; data: unknown }): void {
    if (signalsToDrop > 0) return void signalsToDrop--
    const frame = replay?.add(signal) ?? toFrame(signal)
    for (const { response, isStalled } of [...getConversation(conversationId).listeners, ...userListeners])
      if (!isStalled) response.write(frame)
  }

  function echo(message: Message): void {
    const isBot = message.userId === 'bot'
    broadcast(message.conversationId, { type: 'message_created', data: { ...message, isBot } })
  }

  function listen(listeners: Set<Listener>, request: IncomingMessage, response: ServerResponse): void {
    const listener = { response, isStalled: false }
    listeners.add(listener)
    openedCount++
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(replay?.openingFrames(request.headers['last-event-id']) ?? '{}')
    const ping = setInterval(() => {
      if (!listener.isStalled) response.write('event: message\ndata: ping\n\n')
    }, pingMs)
    response.on('close', () => {
      clearInterval(ping)
      listeners.delete(listener)
    })
  }

  function createMessage(userId: string, body: Json, response: ServerResponse): void {
    const outcome = outcomes.shift() ?? (count % 2 === 0 ? 'response_first' : 'echo_first')
    if (outcome === 'rejected') return respondWithError(response, 400, 'InvalidPayload')
    if (outcome === 'overloaded') return respondWithError(response, 503, 'Unavailable')
    if (outcome === 'request_lost') return void response.destroy()
    if (outcome === 'no_response') return
    const message = store(String(body['conversationId']), userId, body['payload'], body['metadata'])
    if (outcome === 'echo_first') echo(message)
    if (outcome === 'stored_no_response') return
    if (outcome === 'response_lost') response.destroy()
    else respond(response, { message }, 200)
    // The response is written before the echo.
    if (outcome === 'response_first') setImmediate(echo, message)
  }

  function list(conversationId: string, token: string | null): Json {
    const rest = getConversation(conversationId)
      .messages.filter(({ id }) => token === null || id < token)
      .toReversed()
    const messages = rest.slice(0, 20)
    return { messages, meta: rest.length > 20 ? { nextToken: messages.at(-1)?.id } : {} }
  }

  function route(request: IncomingMessage, body: Json, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://localhost')
    const [first, second, third] = url.pathname.split('/').slice(2).map(decodeURIComponent)
    const me = String(request.headers['x-user-key'] ?? '')
    const user = { id: me, createdAt: 'now', updatedAt: 'now' }
    const name = `${request.method} /${first}`
    if (name !== 'GET /hello') requests.push(`${name}${third ? `/${third}` : ''}`)

    if (name === 'GET /hello') {
      if (capabilities) respond(response, { capabilities })
      else response.end('Hello!')
    } else if (name === 'GET /users' && third === 'listen') listen(userListeners, request, response)
    else if (name === 'POST /users') respond(response, { user, key: 'guest' })
    else if (name === 'POST /messages') createMessage(me, body, response)
    else if (name === 'DELETE /messages') {
      const conversation = [...conversations.values()].find(({ messages }) =>
        messages.some(({ id, userId }) => id === second && userId === me),
      )
      if (!conversation) return respondWithError(response, 404, 'ResourceNotFound')
      conversation.messages = conversation.messages.filter(({ id }) => id !== second)
      respond(response, {})
    } else if (name === 'POST /events') {
      if (outcomes.shift() === 'response_lost') return void response.destroy()
      const event = { ...body, id: `event_${++count}`, createdAt: 'now', userId: me }
      respond(response, { event })
      broadcast(String(body['conversationId']), { type: 'event_created', data: { ...event, isBot: false } })
    } else if (name === 'GET /conversations' && !second) {
      const listed = [...conversations].map(([id, { messages }]) => {
        const updatedAt = messages.at(-1)?.createdAt ?? '2026-01-01T00:00:00.000Z'
        return { id, createdAt: '2026-01-01T00:00:00.000Z', updatedAt }
      })
      respond(response, { conversations: listed, meta: {} })
    } else if (second && !conversations.has(second)) respondWithError(response, 403, 'Forbidden')
    else if (second && third === 'listen') listen(getConversation(second).listeners, request, response)
    else if (second && third === 'messages')
      respond(response, list(second, url.searchParams.get('nextToken')))
    else if (third === 'typing') response.writeHead(204).end()
    else if (second && third === 'participants') {
      const id = url.pathname.split('/')[5]
      const conversation = getConversation(second)
      const users = conversation.participants.map((userId) => ({ ...user, id: userId }))
      // Sends no signals: the client may not rely on them.
      if (request.method === 'DELETE') {
        conversation.participants = conversation.participants.filter((userId) => userId !== id)
        respond(response, {})
      } else if (request.method === 'POST') {
        const added = String(body['userId'])
        conversation.participants.push(added)
        respond(response, { participant: { ...user, id: added } })
      } else respond(response, id ? { participant: { ...user, id } } : { participants: users, meta: {} })
    } else respondWithError(response, 404, 'ResourceNotFound')
  }

  const server = createServer((request, response) => {
    if (isDown) request.socket.destroy()
    else if (allowPages(request, response)) return
    else void readBody(request).then((body) => route(request, body, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const allListeners = (): Set<Listener>[] => [
    ...[...conversations.values()].map(({ listeners: streams }) => streams),
    userListeners,
  ]
  const listeners = (): Listener[] => allListeners().flatMap((streams) => [...streams])

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/demo`,
    get openStreams() {
      return listeners().length
    },
    get streamsOpened() {
      return openedCount
    },
    requests,
    messages: (id) => getConversation(id).messages,
    scriptOutcomes: (...added) => void outcomes.push(...added),
    postMessage(conversationId, userId, text, metadata) {
      const message = store(conversationId, userId, { type: 'text', text }, metadata)
      echo(message)
      return message
    },
    deleteMessage(conversationId, id, isSignaled = true) {
      const { messages } = getConversation(conversationId)
      const [message] = messages.splice(
        messages.findIndex((candidate) => candidate.id === id),
        1,
      )
      const data = { id, conversationId, userId: message?.userId }
      if (isSignaled) broadcast(conversationId, { type: 'message_deleted', data })
    },
    addParticipant(conversationId, participantId) {
      getConversation(conversationId).participants.push(participantId)
      broadcast(conversationId, { type: 'participant_added', data: { conversationId, participantId } })
    },
    removeParticipant(conversationId, participantId) {
      const { participants } = getConversation(conversationId)
      participants.splice(participants.indexOf(participantId), 1)
      broadcast(conversationId, { type: 'participant_removed', data: { conversationId, participantId } })
    },
    removeConversation(conversationId) {
      conversations.delete(conversationId)
      for (const { response } of userListeners)
        response.write(toFrame({ type: 'conversation_removed', data: { conversationId } }))
    },
    broadcast,
    dropSignals: (dropCount) => void (signalsToDrop += dropCount),
    disconnectAll() {
      // Cleared at once: a client could reconnect before the `close` events.
      for (const { response } of listeners()) response.destroy()
      allListeners().forEach((streams) => streams.clear())
    },
    stallStreams: () => listeners().forEach((listener) => (listener.isStalled = true)),
    get isDown() {
      return isDown
    },
    set isDown(value) {
      isDown = value
      if (value) server.closeAllConnections()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
