import { describe, expect, test } from 'vitest'
import { createChat, type GuestKeyStorage } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { user } from './example-models.ts'
import { failure, html, json, startScriptedServer, type ScriptedServer } from './scripted-server.ts'

function memory(entries: Record<string, string> = {}): GuestKeyStorage & { entries: Record<string, string> } {
  return {
    entries,
    getItem: (name) => entries[name] ?? null,
    setItem: (name, value) => void (entries[name] = value),
  }
}

/** A server on which every new user gets the next key. */
async function startServer(): Promise<ScriptedServer> {
  const server = await startScriptedServer()
  let made = 0
  server.on('POST /users', (response, request) => {
    made++
    json(201, { user: { ...user, id: `user_${made}` }, key: `key-${made}` })(response, request)
  })
  server.on('GET /users/me', json(200, { user }))
  server.on('PUT /users/me', json(200, { user: { ...user, name: 'Grace' } }))
  return server
}

test('without anything it makes a new user', async () => {
  await using server = await startServer()

  const me = await createChat({ url: server.url }).connect()

  expect(me.user.id).toBe('user_1')
  expect(me.userKey).toBe('key-1')
  expect(server.requests).toMatchObject([{ method: 'POST', path: '/users', body: {} }])
})

test('a new user gets the id and the profile that are given', async () => {
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

test('the holder of a key is got or created, with the profile that is given', async () => {
  await using server = await startServer()
  server.on('POST /users/get-or-create', json(201, { user }))

  const me = await createChat({ url: server.url }).connect({ userKey: 'k', name: 'Ada' })

  expect(me.user).toEqual(user)
  expect(server.requests).toMatchObject([{ path: '/users/get-or-create', body: { name: 'Ada' } }])
  expect(server.requests[0]?.headers['x-user-key']).toBe('k')
})

describe('with a storage', () => {
  test('the visitor is made once, and comes back', async () => {
    await using server = await startServer()
    const storage = memory()

    await createChat({ url: server.url }).connect({ storage })
    const again = await createChat({ url: `${server.url}/` }).connect({ storage })

    expect(storage.entries).toEqual({ [`parley:${server.url}`]: 'key-1' })
    expect(again.user.id).toBe('user_1')
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /users',
      'GET /users/me',
    ])
    expect(server.requests[1]?.headers['x-user-key']).toBe('key-1')
  })

  test('it may be asynchronous', async () => {
    await using server = await startServer()
    const { entries, getItem, setItem } = memory()
    const storage = {
      getItem: async (name: string) => getItem(name),
      setItem: async (name: string, key: string) => setItem(name, key),
    }

    await createChat({ url: server.url }).connect({ storage })

    expect(entries).toEqual({ [`parley:${server.url}`]: 'key-1' })
  })

  test('two that connect at once are one visitor', async () => {
    await using server = await startServer()
    const storage = memory()
    const chat = createChat({ url: server.url })

    const [one, other] = await Promise.all([chat.connect({ storage }), chat.connect({ storage })])

    expect(one.userKey).toBe(other.userKey)
    expect(server.requestsTo('POST /users')).toHaveLength(1)
  })

  test.each([
    ['refused', failure(401, 'Unauthorized')],
    ['of a user who is gone', failure(404, 'ResourceNotFound')],
  ])('a key that is %s makes way for a new visitor', async (_, answer) => {
    await using server = await startServer()
    server.on('GET /users/me', answer)
    const storage = memory({ [`parley:${server.url}`]: 'old' })

    const me = await createChat({ url: server.url }).connect({ storage })

    expect(me.userKey).toBe('key-1')
    expect(storage.entries).toEqual({ [`parley:${server.url}`]: 'key-1' })
  })

  test.each([
    ["a load balancer's 404", html(404), 'UnexpectedResponse'],
    ["a gateway's 401", json(401, { message: 'Unauthorized' }), 'UnexpectedResponse'],
    ['a server in trouble', failure(500, 'Internal'), 'Internal'],
  ])('%s costs nobody their key', async (_, answer, type) => {
    await using server = await startServer()
    server.on('GET /users/me', answer)
    const storage = memory({ [`parley:${server.url}`]: 'old' })

    expect(
      await chatErrorOf(createChat({ url: server.url, random: () => 0 }).connect({ storage })),
    ).toMatchObject({ type })
    expect(storage.entries).toEqual({ [`parley:${server.url}`]: 'old' })
    expect(server.requestsTo('POST /users')).toEqual([])
  })

  test('a profile that changed is brought up to date, and one that did not is not written', async () => {
    await using server = await startServer()
    const storage = memory({ [`parley:${server.url}`]: 'old' })
    const chat = createChat({ url: server.url })

    const same = await chat.connect({ storage, name: 'Ada' })
    const changed = await chat.connect({ storage, name: 'Grace' })

    expect([same.user.name, changed.user.name]).toEqual(['Ada', 'Grace'])
    expect(server.requestsTo('PUT /users/me').map(({ body }) => body)).toEqual([{ name: 'Grace' }])
  })

  test('another id than the remembered one is another visitor', async () => {
    await using server = await startServer()
    const storage = memory({ [`parley:${server.url}`]: 'old' })

    const me = await createChat({ url: server.url }).connect({ storage, id: 'user_2', name: 'Grace' })

    expect(me.userKey).toBe('key-1')
    expect(server.requestsTo('PUT /users/me')).toEqual([])
  })

  test('one that fails counts as empty', async () => {
    await using server = await startServer()
    const fail = (): never => {
      throw new DOMException('no storage here', 'SecurityError')
    }

    const me = await createChat({ url: server.url }).connect({ storage: { getItem: fail, setItem: fail } })

    expect(me.userKey).toBe('key-1')
  })

  test('a connect that failed does not stand in the way of the next', async () => {
    await using server = await startServer()
    server.on('POST /users', failure(400, 'InvalidPayload'), json(201, { user, key: 'key-1' }))
    const chat = createChat({ url: server.url })
    const storage = memory()

    expect(await chatErrorOf(chat.connect({ storage }))).toMatchObject({ type: 'InvalidPayload' })
    expect((await chat.connect({ storage })).userKey).toBe('key-1')
  })
})
