import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { collectSignals } from './collect.ts'
import { message, user } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  apiError,
  json,
  sse,
  startScriptedServer,
  stream,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

const payload = { type: 'text', text: 'Hello' } as const

/** Responds with `Unauthorized` unless the key is valid. */
function requireKey(isValid: (key: unknown) => boolean, respond: Respond): Respond {
  return (response, request) => {
    const hasValidKey = isValid(request.headers['x-user-key'])
    return (hasValidKey ? respond : apiError(401, 'Unauthorized'))(response, request)
  }
}

/** Makes the keys of a server expire, and returns a `userKey` function that issues the next one. */
function scriptExpiringKeys(server: ScriptedServer) {
  const issued: string[] = []
  let expiredCount = 0
  const isValid = (key: unknown): boolean => Number(String(key).replace('key-', '')) > expiredCount
  server.on('POST /users/get-or-create', requireKey(isValid, json(200, { user })))
  server.on('GET /users/me', requireKey(isValid, json(200, { user })))
  server.on('POST /messages', requireKey(isValid, json(201, { message })))
  server.on('GET /conversations/c/listen', requireKey(isValid, stream(sse({ type: 'a' }))))
  return {
    issued,
    expire: () => void (expiredCount = issued.length),
    userKey: async () => {
      const key = `key-${issued.length + 1}`
      issued.push(key)
      return key
    },
  }
}

describe('a userKey function', () => {
  test('is called once for all calls', async () => {
    await using server = await startScriptedServer()
    const keys = scriptExpiringKeys(server)
    const me = await createChat({ url: server.url }).connect({ userKey: keys.userKey })

    await Promise.all(Array.from({ length: 20 }, () => me.getUser()))

    expect(keys.issued).toEqual(['key-1'])
    expect(me.userKey).toBe('key-1')
  })

  test('is called once more when the key expires during 20 calls and a stream; nothing is lost', async () => {
    await using server = await startScriptedServer()
    const keys = scriptExpiringKeys(server)
    const me = await createChat({ url: server.url }).connect({ userKey: keys.userKey })
    keys.expire()
    const controller = new AbortController()

    const { items } = collectSignals(me.listenConversation({ id: 'c', signal: controller.signal }))
    const calls = Array.from({ length: 20 }, () => me.createMessage({ conversationId: 'c', payload }))

    expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, () => ({ message })))
    await expect.poll(() => items).toEqual([{ type: 'unknown', data: { type: 'a' } }])
    controller.abort()
    expect(keys.issued).toEqual(['key-1', 'key-2'])
    expect(me.userKey).toBe('key-2')
    const accepted = server
      .requestsTo('POST /messages')
      .filter(({ headers }) => headers['x-user-key'] === 'key-2')
    expect(accepted).toHaveLength(20)
  })

  test('is not called again for a late response to the old key', async () => {
    await using server = await startScriptedServer()
    const keys = scriptExpiringKeys(server)
    const me = await createChat({ url: server.url }).connect({ userKey: keys.userKey })
    let rejectLate = (): void => {}
    server.on(
      'GET /conversations',
      (response, request) => void (rejectLate = () => apiError(401, 'Unauthorized')(response, request)),
      json(200, { conversations: [], meta: {} }),
    )

    const late = me.listConversations()
    await expect.poll(() => server.requestsTo('GET /conversations')).toHaveLength(1)
    keys.expire()
    await me.getUser()
    rejectLate()

    expect(await late).toEqual({ conversations: [], meta: {} })
    expect(keys.issued).toEqual(['key-1', 'key-2'])
  })

  test('is not called a third time if the second key is rejected too', async () => {
    await using server = await startScriptedServer()
    const keys = scriptExpiringKeys(server)
    server.on('POST /users/get-or-create', apiError(401, 'Unauthorized'))

    const error = await chatErrorOf(createChat({ url: server.url }).connect({ userKey: keys.userKey }))

    expect(error).toMatchObject({ type: 'Unauthorized', status: 401 })
    expect(keys.issued).toEqual(['key-1', 'key-2'])
  })

  test("is not called again after a load balancer's 401", async () => {
    await using server = await startScriptedServer()
    const keys = scriptExpiringKeys(server)
    const me = await createChat({ url: server.url, retry: { attempts: 1 } }).connect({
      userKey: keys.userKey,
    })
    server.on('GET /users/me', json(401, { message: 'Unauthorized' }))

    expect(await chatErrorOf(me.getUser())).toMatchObject({ type: 'UnexpectedResponse' })
    expect(keys.issued).toEqual(['key-1'])
  })

  test('is retried if it throws', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users/get-or-create', json(200, { user }))
    let isUp = false

    const me = await createChat({ url: server.url, random: () => 0 }).connect({
      userKey: () => {
        if (isUp) return 'key-1'
        isUp = true
        throw new Error('the backend is down')
      },
    })

    expect(me.userKey).toBe('key-1')
  })

  test('that keeps failing makes the call fail with its error as the cause', async () => {
    await using server = await startScriptedServer()
    const cause = new Error('the backend is down')
    const userKey = () => Promise.reject(cause)

    const error = await chatErrorOf(createChat({ url: server.url, random: () => 0 }).connect({ userKey }))

    expect(error).toMatchObject({
      type: 'KeyUnavailable',
      message: 'Unable to get or create the user; userKey() threw an error; see its cause.',
      cause,
    })
    expect(server.requests).toEqual([])
  })

  test('that never settles makes the call time out', async () => {
    await using server = await startScriptedServer()
    const chat = createChat({ url: server.url })

    const error = await chatErrorOf(chat.connect({ userKey: () => new Promise(() => {}), timeoutMs: 50 }))

    expect(error).toMatchObject({ type: 'TimedOut' })
  })

  test('that never settles is called again by the next call; a late key replaces no newer one', async () => {
    await using server = await startScriptedServer()
    const keys = scriptExpiringKeys(server)
    const clock = createFakeClock()
    const late = Promise.withResolvers<string>()
    let isHanging = false
    let hangCount = 0
    const userKey = (): Promise<string> => {
      if (!isHanging) return keys.userKey()
      hangCount++
      return late.promise
    }
    const me = await createChat({ url: server.url, clock, retry: { attempts: 1 } }).connect({ userKey })
    keys.expire()
    isHanging = true

    const calls = [me.getUser(), me.getUser()].map((call) => chatErrorOf(call))
    await expect.poll(() => hangCount).toBe(1)
    clock.advance(30_000)
    expect(await Promise.all(calls)).toMatchObject([{ type: 'TimedOut' }, { type: 'TimedOut' }])
    isHanging = false

    expect(await me.getUser()).toEqual({ user })
    late.resolve('key-0')
    await late.promise
    expect(await me.getUser()).toEqual({ user })
    expect(me.userKey).toBe('key-2')
    expect(hangCount).toBe(1)
    expect(keys.issued).toEqual(['key-1', 'key-2'])
  })
})

test.each([302, 307])('a key is not sent to another origin that a response with %i names', async (status) => {
  await using server = await startScriptedServer()
  await using other = await startScriptedServer()
  other.on('POST /users/get-or-create', json(200, { user }))
  other.on('GET /users/get-or-create', json(200, { user }))
  server.on('POST /users/get-or-create', (response) => {
    response.writeHead(status, { location: `${other.url}/users/get-or-create` }).end()
  })
  const chat = createChat({ url: server.url, retry: { attempts: 1 } })

  const error = await chatErrorOf(chat.connect({ userKey: 'key-1' }))

  expect(error).toMatchObject({ type: 'UnexpectedResponse', status })
  expect(other.requests).toEqual([])
})

test.each([
  ['a character that no header can carry', 'key-🔑'],
  ['a line break', 'key\n1'],
])('a key with %s is rejected without a request', async (_, userKey) => {
  await using server = await startScriptedServer()

  const error = await chatErrorOf(createChat({ url: server.url }).connect({ userKey }))

  expect(error).toMatchObject({ type: 'Unauthorized', status: 0, cause: expect.any(TypeError) })
  expect(error.message).toBe('Unable to get or create the user; "userKey" is not a valid key. Check the key.')
  expect(server.requests).toEqual([])
})

test('a function that returns a key that no header can carry is called once more', async () => {
  await using server = await startScriptedServer()
  server.on('POST /users/get-or-create', json(200, { user }))
  const issued = ['key\u0000', 'key-2']

  const me = await createChat({ url: server.url }).connect({ userKey: () => issued.shift() ?? 'key-3' })

  expect(me.userKey).toBe('key-2')
})

test('the rejection of a fixed key is permanent', async () => {
  await using server = await startScriptedServer()
  server.on('POST /users/get-or-create', apiError(401, 'Unauthorized'))

  const error = await chatErrorOf(createChat({ url: server.url }).connect({ userKey: 'key-1' }))

  expect(error).toMatchObject({ type: 'Unauthorized' })
  expect(server.requests).toHaveLength(1)
})
