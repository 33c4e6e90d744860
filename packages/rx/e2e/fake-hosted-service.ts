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
  isSilent: boolean
}

interface Room {
  messages: Message[]
  participants: string[]
  listeners: Set<Listener>
}

/** Plays the hosted service, with its quirks: no ids, no replay, an opening `{}`, pings that are no JSON, a greeting in plain text. */
export async function startFakeHostedService({
  pingMs = 50,
  capabilities,
}: FakeHostedServiceOptions = {}): Promise<FakeHostedService> {
  const rooms = new Map<string, Room>()
  /** Those who listen to all of their conversations. */
  const ofUsers = new Set<Listener>()
  const replay = capabilities?.includes('resume') ? createReplay() : undefined
  const requests: string[] = []
  const outcomes: SendOutcome[] = []
  let count = 0
  let opened = 0
  let lost = 0
  let isDown = false

  function room(id: string): Room {
    const found = rooms.get(id) ?? { messages: [], participants: [], listeners: new Set<Listener>() }
    rooms.set(id, found)
    return found
  }

  function store(conversationId: string, userId: string, payload: unknown, metadata?: unknown): Message {
    const id = `msg_${String(++count).padStart(6, '0')}`
    const createdAt = new Date(Date.UTC(2026, 0, 1) + count).toISOString()
    const message = { id, createdAt, conversationId, userId, payload, ...(metadata ? { metadata } : {}) }
    room(conversationId).messages.push(message as Message)
    return message as Message
  }

  function tell(conversationId: string, signal: { type: string; data: unknown }): void {
    if (lost > 0) return void lost--
    const frame = replay?.add(signal) ?? toFrame(signal)
    for (const { response, isSilent } of [...room(conversationId).listeners, ...ofUsers])
      if (!isSilent) response.write(frame)
  }

  function echo(message: Message): void {
    const isBot = message.userId === 'bot'
    tell(message.conversationId, { type: 'message_created', data: { ...message, isBot } })
  }

  function listen(listeners: Set<Listener>, request: IncomingMessage, response: ServerResponse): void {
    const listener = { response, isSilent: false }
    listeners.add(listener)
    opened++
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(replay?.openingFrames(request.headers['last-event-id']) ?? '{}')
    const ping = setInterval(() => {
      if (!listener.isSilent) response.write('event: message\ndata: ping\n\n')
    }, pingMs)
    response.on('close', () => {
      clearInterval(ping)
      listeners.delete(listener)
    })
  }

  function createMessage(userId: string, body: Json, response: ServerResponse): void {
    const outcome = outcomes.shift() ?? (count % 2 === 0 ? 'answered_first' : 'echoed_first')
    if (outcome === 'refused') return respondWithError(response, 400, 'InvalidPayload')
    if (outcome === 'overloaded') return respondWithError(response, 503, 'Unavailable')
    if (outcome === 'not_stored') return void response.destroy()
    if (outcome === 'stuck') return
    const message = store(String(body['conversationId']), userId, body['payload'], body['metadata'])
    if (outcome === 'echoed_first') echo(message)
    if (outcome === 'stuck_stored') return
    if (outcome === 'not_answered') response.destroy()
    else respond(response, { message }, 200)
    // The answer is on its way before the echo is.
    if (outcome === 'answered_first') setImmediate(echo, message)
  }

  function list(conversationId: string, token: string | null): Json {
    const rest = room(conversationId)
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
    } else if (name === 'GET /users' && third === 'listen') listen(ofUsers, request, response)
    else if (name === 'POST /users') respond(response, { user })
    else if (name === 'POST /messages') createMessage(me, body, response)
    else if (name === 'POST /events') {
      if (outcomes.shift() === 'not_answered') return void response.destroy()
      const event = { ...body, id: `event_${++count}`, createdAt: 'now', userId: me }
      respond(response, { event })
      tell(String(body['conversationId']), { type: 'event_created', data: { ...event, isBot: false } })
    } else if (name === 'GET /conversations' && !second) {
      const conversations = [...rooms].map(([id, { messages }]) => {
        const updatedAt = messages.at(-1)?.createdAt ?? '2026-01-01T00:00:00.000Z'
        return { id, createdAt: '2026-01-01T00:00:00.000Z', updatedAt }
      })
      respond(response, { conversations, meta: {} })
    } else if (second && !rooms.has(second)) respondWithError(response, 403, 'Forbidden')
    else if (second && third === 'listen') listen(room(second).listeners, request, response)
    else if (second && third === 'messages')
      respond(response, list(second, url.searchParams.get('nextToken')))
    else if (third === 'typing') response.writeHead(204).end()
    else if (second && third === 'participants') {
      const id = url.pathname.split('/')[5]
      const users = room(second).participants.map((each) => ({ ...user, id: each }))
      respond(response, id ? { participant: { ...user, id } } : { participants: users, meta: {} })
    } else respondWithError(response, 404, 'ResourceNotFound')
  }

  const server = createServer((request, response) => {
    if (isDown) request.socket.destroy()
    else if (allowPages(request, response)) return
    else void readBody(request).then((body) => route(request, body, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const allListeners = (): Set<Listener>[] => [...[...rooms.values()].map((each) => each.listeners), ofUsers]
  const listeners = (): Listener[] => allListeners().flatMap((each) => [...each])

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/demo`,
    get openStreams() {
      return listeners().length
    },
    get streamsOpened() {
      return opened
    },
    requests,
    messages: (id) => room(id).messages,
    scriptOutcomes: (...more) => void outcomes.push(...more),
    postMessage(conversationId, userId, text, metadata) {
      const message = store(conversationId, userId, { type: 'text', text }, metadata)
      echo(message)
      return message
    },
    deleteMessage(conversationId, id, isTold = true) {
      const { messages } = room(conversationId)
      const [message] = messages.splice(
        messages.findIndex((each) => each.id === id),
        1,
      )
      const data = { id, conversationId, userId: message?.userId }
      if (isTold) tell(conversationId, { type: 'message_deleted', data })
    },
    addParticipant(conversationId, participantId) {
      room(conversationId).participants.push(participantId)
      tell(conversationId, { type: 'participant_added', data: { conversationId, participantId } })
    },
    removeParticipant(conversationId, participantId) {
      const { participants } = room(conversationId)
      participants.splice(participants.indexOf(participantId), 1)
      tell(conversationId, { type: 'participant_removed', data: { conversationId, participantId } })
    },
    removeConversation(conversationId) {
      rooms.delete(conversationId)
      for (const { response } of ofUsers)
        response.write(toFrame({ type: 'conversation_removed', data: { conversationId } }))
    },
    broadcast: tell,
    dropSignals: (more) => void (lost += more),
    disconnectAll() {
      // At once, and not when their ends are heard: who reconnects could be faster.
      for (const { response } of listeners()) response.destroy()
      allListeners().forEach((each) => each.clear())
    },
    stallStreams: () => listeners().forEach((listener) => (listener.isSilent = true)),
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
