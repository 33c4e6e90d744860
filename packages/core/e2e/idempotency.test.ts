import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { connectTo } from './connect-to.ts'
import { conversation, message, user } from './example-models.ts'
import {
  drop,
  apiError,
  html,
  json,
  startScriptedServer,
  truncated,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

const input = { conversationId: 'c', payload: { type: 'text', text: 'Hello' } } as const
const route = 'POST /messages'
const created = json(201, { message })

function keysOf(server: ScriptedServer, name = route): unknown[] {
  return server.requestsTo(name).map(({ headers }) => headers['idempotency-key'])
}

async function startServer(): Promise<ScriptedServer> {
  const server = await startScriptedServer()
  server.on('GET /hello', json(200, { capabilities: ['idempotency'] }))
  return server
}

describe('on a server with the capability', () => {
  test.each<[string, Respond]>([
    ['a dropped connection', drop],
    ['a truncated response', truncated],
    ['an internal error', apiError(500, 'Internal')],
    ["a proxy's 503", html(503)],
  ])('a POST is retried after %s, with the same key', async (_, respond) => {
    await using server = await startServer()
    server.on(route, respond, respond, created)
    const me = await connectTo(server)
    await me.serverInfo()

    expect(await me.createMessage(input)).toEqual({ message })

    const [key, ...others] = keysOf(server)
    expect(key).toMatch(/^[\d.e-]{20,}$/)
    expect(others).toEqual([key, key])
  })

  test('every POST has a unique key, and other requests have none', async () => {
    await using server = await startServer()
    server.on(route, created)
    server.on('POST /conversations', json(201, { conversation }))
    server.on('GET /users/me', json(200, { user }))
    server.on('PUT /users/me', json(200, { user }))
    const me = await connectTo(server)
    await me.serverInfo()

    await me.createMessage(input)
    await me.createMessage(input)
    await me.createConversation()
    await me.getUser()
    await me.updateUser({ name: 'Ada' })

    const keys = [...keysOf(server), ...keysOf(server, 'POST /conversations')]
    expect(new Set(keys).size).toBe(3)
    expect(keys).not.toContain(undefined)
    expect([...keysOf(server, 'GET /users/me'), ...keysOf(server, 'PUT /users/me')]).toEqual([
      undefined,
      undefined,
    ])
  })

  test('the caller can pass the key', async () => {
    await using server = await startServer()
    server.on(route, drop, created)
    const me = await connectTo(server)

    await me.createMessage(input, { idempotencyKey: 'mine' })

    expect(keysOf(server)).toEqual(['mine', 'mine'])
  })

  test('a request that is repeated with a new user key keeps its idempotency key', async () => {
    await using server = await startServer()
    server.on('POST /users/get-or-create', json(200, { user }))
    server.on(route, apiError(401, 'Unauthorized'), created)
    const me = await createChat({ url: server.url }).connect({ userKey: async () => 'key' })
    await me.serverInfo()

    await me.createMessage(input)

    const [first, second] = keysOf(server)
    expect(second).toBe(first)
    expect(first).toBeDefined()
  })

  test('createUser sends no key, as there is no user yet', async () => {
    await using server = await startServer()
    server.on('POST /users', json(201, { user, key: 'k' }))
    const chat = createChat({ url: server.url })
    await chat.serverInfo()

    await chat.createUser()

    expect(keysOf(server, 'POST /users')).toEqual([undefined])
  })
})

test('a call with a key waits until the capabilities are known', async () => {
  await using server = await startScriptedServer()
  let respondToHello = (): void => {}
  server.on('GET /hello', (response, request) => {
    respondToHello = () => json(200, { capabilities: ['idempotency'] })(response, request)
  })
  server.on(route, created)
  const me = await connectTo(server)

  const sending = me.createMessage(input, { idempotencyKey: 'mine' })
  await expect.poll(() => server.helloCount).toBe(1)
  expect(server.requests).toEqual([])
  respondToHello()
  await sending

  expect(keysOf(server)).toEqual(['mine'])
})

test('a call with a key fails and sends nothing if the capabilities cannot be fetched', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', html(502))
  const me = await connectTo(server)

  expect(await chatErrorOf(me.createMessage(input, { idempotencyKey: 'mine' }))).toMatchObject({
    type: 'UnexpectedResponse',
  })
  expect(server.requests).toEqual([])
})

test.each([
  ['without the capability', json(200, { capabilities: [] })],
  ['without /hello', apiError(404, 'ResourceNotFound')],
])('a server %s gets no key, and a POST is not retried', async (_, hello) => {
  await using server = await startScriptedServer()
  server.on('GET /hello', hello)
  server.on(route, drop)
  const me = await connectTo(server)

  expect(await chatErrorOf(me.createMessage(input, { idempotencyKey: 'mine' }))).toMatchObject({
    type: 'NetworkFailed',
  })
  expect(keysOf(server)).toEqual([undefined])
})
