import { describe, expect, test } from 'vitest'
import { createChat, type GuestKeyStorage } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { user } from './example-models.ts'
import {
  apiError,
  html,
  json,
  startScriptedServer,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

function createMemoryStorage(
  entries: Record<string, string> = {},
): GuestKeyStorage & { entries: Record<string, string> } {
  return {
    entries,
    getItem: (name) => entries[name] ?? null,
    setItem: (name, value) => void (entries[name] = value),
  }
}

/** Starts a server that numbers the keys of new users. */
async function startServer(): Promise<ScriptedServer> {
  const server = await startScriptedServer()
  let userCount = 0
  server.on('POST /users', (response, request) => {
    userCount++
    json(201, { user: { ...user, id: `user_${userCount}` }, key: `key-${userCount}` })(response, request)
  })
  server.on('GET /users/me', json(200, { user }))
  server.on('PUT /users/me', json(200, { user: { ...user, name: 'Grace' } }))
  return server
}

test('without options, connect creates a new user', async () => {
  await using server = await startServer()

  const me = await createChat({ url: server.url }).connect()

  expect(me.user.id).toBe('user_1')
  expect(me.userKey).toBe('key-1')
  expect(server.requests).toMatchObject([{ method: 'POST', path: '/users', body: {} }])
})

test('a new user gets the id and the profile of the options', async () => {
  await using server = await startServer()

  await createChat({ url: server.url }).connect({
    id: 'ada',
    name: 'Ada',
    pictureUrl: 'p',
    profile: 'f',
    timeoutMs: 9_000,
  })

  expect(server.requests[0]?.body).toEqual({ id: 'ada', name: 'Ada', pictureUrl: 'p', profile: 'f' })
})

test('the user of a key is fetched or created, with the profile of the options', async () => {
  await using server = await startServer()
  server.on('POST /users/get-or-create', json(201, { user }))

  const me = await createChat({ url: server.url }).connect({ userKey: 'k', name: 'Ada' })

  expect(me.user).toEqual(user)
  expect(server.requests).toMatchObject([{ path: '/users/get-or-create', body: { name: 'Ada' } }])
  expect(server.requests[0]?.headers['x-user-key']).toBe('k')
})

describe('with a storage', () => {
  test('a guest is created once and returns as the same user', async () => {
    await using server = await startServer()
    const storage = createMemoryStorage()

    await createChat({ url: server.url }).connect({ storage })
    const returning = await createChat({ url: `${server.url}/` }).connect({ storage })

    expect(storage.entries).toEqual({ [`parley:${server.url}`]: 'key-1' })
    expect(returning.user.id).toBe('user_1')
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /users',
      'GET /users/me',
    ])
    expect(server.requests[1]?.headers['x-user-key']).toBe('key-1')
  })

  test('the storage can be asynchronous', async () => {
    await using server = await startServer()
    const { entries, getItem, setItem } = createMemoryStorage()
    const storage = {
      getItem: async (name: string) => getItem(name),
      setItem: async (name: string, key: string) => setItem(name, key),
    }

    await createChat({ url: server.url }).connect({ storage })

    expect(entries).toEqual({ [`parley:${server.url}`]: 'key-1' })
  })

  test('concurrent connects create one guest', async () => {
    await using server = await startServer()
    const storage = createMemoryStorage()
    const chat = createChat({ url: server.url })

    const [first, second] = await Promise.all([chat.connect({ storage }), chat.connect({ storage })])

    expect(first.userKey).toBe(second.userKey)
    expect(server.requestsTo('POST /users')).toHaveLength(1)
  })

  test.each<[string, Respond, string?]>([
    ['rejected', apiError(401, 'Unauthorized')],
    ['of a deleted user', apiError(404, 'ResourceNotFound')],
    ['damaged', json(200, { user }), 'old\u0000🔑'],
  ])('a stored key that is %s is replaced by a new guest', async (_, respond, key = 'old') => {
    await using server = await startServer()
    server.on('GET /users/me', respond)
    const storage = createMemoryStorage({ [`parley:${server.url}`]: key })

    const me = await createChat({ url: server.url }).connect({ storage })

    expect(me.userKey).toBe('key-1')
    expect(storage.entries).toEqual({ [`parley:${server.url}`]: 'key-1' })
  })

  test.each([
    ["a load balancer's 404", html(404), 'UnexpectedResponse'],
    ["a gateway's 401", json(401, { message: 'Unauthorized' }), 'UnexpectedResponse'],
    ['an internal error', apiError(500, 'Internal'), 'Internal'],
  ])('%s does not remove the stored key', async (_, respond, type) => {
    await using server = await startServer()
    server.on('GET /users/me', respond)
    const storage = createMemoryStorage({ [`parley:${server.url}`]: 'old' })

    expect(
      await chatErrorOf(createChat({ url: server.url, random: () => 0 }).connect({ storage })),
    ).toMatchObject({ type })
    expect(storage.entries).toEqual({ [`parley:${server.url}`]: 'old' })
    expect(server.requestsTo('POST /users')).toEqual([])
  })

  test('a changed profile is updated; an unchanged one is not', async () => {
    await using server = await startServer()
    const storage = createMemoryStorage({ [`parley:${server.url}`]: 'old' })
    const chat = createChat({ url: server.url })

    const same = await chat.connect({ storage, name: 'Ada' })
    const changed = await chat.connect({ storage, name: 'Grace' })

    expect([same.user.name, changed.user.name]).toEqual(['Ada', 'Grace'])
    expect(server.requestsTo('PUT /users/me').map(({ body }) => body)).toEqual([{ name: 'Grace' }])
  })

  test('an id other than the stored one creates another guest', async () => {
    await using server = await startServer()
    const storage = createMemoryStorage({ [`parley:${server.url}`]: 'old' })

    const me = await createChat({ url: server.url }).connect({ storage, id: 'user_2', name: 'Grace' })

    expect(me.userKey).toBe('key-1')
    expect(server.requestsTo('PUT /users/me')).toEqual([])
  })

  test('a failing storage counts as empty', async () => {
    await using server = await startServer()
    const fail = (): never => {
      throw new DOMException('storage is blocked', 'SecurityError')
    }

    const me = await createChat({ url: server.url }).connect({ storage: { getItem: fail, setItem: fail } })

    expect(me.userKey).toBe('key-1')
  })

  test('a failed connect does not block the next one', async () => {
    await using server = await startServer()
    server.on('POST /users', apiError(400, 'InvalidPayload'), json(201, { user, key: 'key-1' }))
    const chat = createChat({ url: server.url })
    const storage = createMemoryStorage()

    expect(await chatErrorOf(chat.connect({ storage }))).toMatchObject({ type: 'InvalidPayload' })
    expect((await chat.connect({ storage })).userKey).toBe('key-1')
  })
})
