import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { connectTo } from './connect-to.ts'
import { conversation, message, user } from './example-models.ts'
import {
  drop,
  failure,
  html,
  json,
  startScriptedServer,
  truncated,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

const send = { conversationId: 'c', payload: { type: 'text', text: 'Hello' } } as const
const route = 'POST /messages'
const done = json(201, { message })

function keysOf(server: ScriptedServer, name = route): unknown[] {
  return server.requestsTo(name).map(({ headers }) => headers['idempotency-key'])
}

async function startAble(): Promise<ScriptedServer> {
  const server = await startScriptedServer()
  server.on('GET /hello', json(200, { capabilities: ['idempotency'] }))
  return server
}

describe('to a server that honours it', () => {
  test.each<[string, Respond]>([
    ['a dropped connection', drop],
    ['a truncated answer', truncated],
    ['an internal error', failure(500, 'Internal')],
    ['a 503 of a proxy', html(503)],
  ])('a POST is sent again after %s, under the same key', async (_, answer) => {
    await using server = await startAble()
    server.on(route, answer, answer, done)
    const me = await connectTo(server)
    await me.serverInfo()

    expect(await me.createMessage(send)).toEqual({ message })

    const [key, ...others] = keysOf(server)
    expect(key).toMatch(/^[\d.e-]{20,}$/)
    expect(others).toEqual([key, key])
  })

  test('every POST has a key of its own, and nothing else has one', async () => {
    await using server = await startAble()
    server.on(route, done)
    server.on('POST /conversations', json(201, { conversation }))
    server.on('GET /users/me', json(200, { user }))
    server.on('PUT /users/me', json(200, { user }))
    const me = await connectTo(server)
    await me.serverInfo()

    await me.createMessage(send)
    await me.createMessage(send)
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

  test('the key may be given', async () => {
    await using server = await startAble()
    server.on(route, drop, done)
    const me = await connectTo(server)

    await me.createMessage(send, { idempotencyKey: 'mine' })

    expect(keysOf(server)).toEqual(['mine', 'mine'])
  })

  test('a refused key of the user is renewed under the same one', async () => {
    await using server = await startAble()
    server.on('POST /users/get-or-create', json(200, { user }))
    server.on(route, failure(401, 'Unauthorized'), done)
    const me = await createChat({ url: server.url }).connect({ userKey: async () => 'key' })
    await me.serverInfo()

    await me.createMessage(send)

    const [key, other] = keysOf(server)
    expect(other).toBe(key)
    expect(key).toBeDefined()
  })

  test('who makes a user has no key to remember it by', async () => {
    await using server = await startAble()
    server.on('POST /users', json(201, { user, key: 'k' }))
    const chat = createChat({ url: server.url })
    await chat.serverInfo()

    await chat.createUser()

    expect(keysOf(server, 'POST /users')).toEqual([undefined])
  })
})

test('a given key waits until it is known what the server can do', async () => {
  await using server = await startScriptedServer()
  let greet = (): void => {}
  server.on('GET /hello', (response, request) => {
    greet = () => json(200, { capabilities: ['idempotency'] })(response, request)
  })
  server.on(route, done)
  const me = await connectTo(server)

  const sending = me.createMessage(send, { idempotencyKey: 'mine' })
  await expect.poll(() => server.helloCount).toBe(1)
  expect(server.requests).toEqual([])
  greet()
  await sending

  expect(keysOf(server)).toEqual(['mine'])
})

test('a call with a given key fails, and nothing is sent, while that cannot be known', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', html(502))
  const me = await connectTo(server)

  expect(await chatErrorOf(me.createMessage(send, { idempotencyKey: 'mine' }))).toMatchObject({
    type: 'UnexpectedResponse',
  })
  expect(server.requests).toEqual([])
})

test.each([
  ['that says nothing of it', json(200, { capabilities: [] })],
  ['that has no hello', failure(404, 'ResourceNotFound')],
])('a server %s gets no key, and no POST twice', async (_, greeting) => {
  await using server = await startScriptedServer()
  server.on('GET /hello', greeting)
  server.on(route, drop)
  const me = await connectTo(server)

  expect(await chatErrorOf(me.createMessage(send, { idempotencyKey: 'mine' }))).toMatchObject({
    type: 'NetworkFailed',
  })
  expect(keysOf(server)).toEqual([undefined])
})
