import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { collectSignals } from './collect.ts'
import { message, user } from './example-models.ts'
import {
  failure,
  json,
  sse,
  startScriptedServer,
  stream,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

const payload = { type: 'text', text: 'Hello' } as const

/** Lets in who has the key, and refuses everyone else. */
function onlyWith(isGood: (key: unknown) => boolean, answer: Respond): Respond {
  return (response, request) => {
    const admitted = isGood(request.headers['x-user-key'])
    return (admitted ? answer : failure(401, 'Unauthorized'))(response, request)
  }
}

/** A server on which keys expire, and a function that gives the next one. */
function expiringKeys(server: ScriptedServer) {
  const given: string[] = []
  let expired = 0
  const isGood = (key: unknown): boolean => Number(String(key).replace('key-', '')) > expired
  server.on('POST /users/get-or-create', onlyWith(isGood, json(200, { user })))
  server.on('GET /users/me', onlyWith(isGood, json(200, { user })))
  server.on('POST /messages', onlyWith(isGood, json(201, { message })))
  server.on('GET /conversations/c/listen', onlyWith(isGood, stream(sse({ type: 'a' }))))
  return {
    given,
    expire: () => void (expired = given.length),
    userKey: async () => {
      const key = `key-${given.length + 1}`
      given.push(key)
      return key
    },
  }
}

describe('a function that gives the key', () => {
  test('is asked once for all calls', async () => {
    await using server = await startScriptedServer()
    const keys = expiringKeys(server)
    const me = await createChat({ url: server.url }).connect({ userKey: keys.userKey })

    await Promise.all(Array.from({ length: 20 }, () => me.getUser()))

    expect(keys.given).toEqual(['key-1'])
    expect(me.userKey).toBe('key-1')
  })

  test('is asked once again when the key expires amid 20 calls and a stream; nothing is lost or done twice', async () => {
    await using server = await startScriptedServer()
    const keys = expiringKeys(server)
    const me = await createChat({ url: server.url }).connect({ userKey: keys.userKey })
    keys.expire()
    const controller = new AbortController()

    const { items } = collectSignals(me.listenConversation({ id: 'c', signal: controller.signal }))
    const calls = Array.from({ length: 20 }, () => me.createMessage({ conversationId: 'c', payload }))

    expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, () => ({ message })))
    await expect.poll(() => items).toEqual([{ type: 'unknown', data: { type: 'a' } }])
    controller.abort()
    expect(keys.given).toEqual(['key-1', 'key-2'])
    expect(me.userKey).toBe('key-2')
    const done = server
      .requestsTo('POST /messages')
      .filter(({ headers }) => headers['x-user-key'] === 'key-2')
    expect(done).toHaveLength(20)
  })

  test('is not asked again for a call that was late with the old key', async () => {
    await using server = await startScriptedServer()
    const keys = expiringKeys(server)
    const me = await createChat({ url: server.url }).connect({ userKey: keys.userKey })
    let refuseLate = (): void => {}
    server.on(
      'GET /conversations',
      (response, request) => void (refuseLate = () => failure(401, 'Unauthorized')(response, request)),
      json(200, { conversations: [], meta: {} }),
    )

    const late = me.listConversations()
    await expect.poll(() => server.requestsTo('GET /conversations')).toHaveLength(1)
    keys.expire()
    await me.getUser()
    refuseLate()

    expect(await late).toEqual({ conversations: [], meta: {} })
    expect(keys.given).toEqual(['key-1', 'key-2'])
  })

  test('is asked no third time when its second key is refused as well', async () => {
    await using server = await startScriptedServer()
    const keys = expiringKeys(server)
    server.on('POST /users/get-or-create', failure(401, 'Unauthorized'))

    const error = await chatErrorOf(createChat({ url: server.url }).connect({ userKey: keys.userKey }))

    expect(error).toMatchObject({ type: 'Unauthorized', status: 401 })
    expect(keys.given).toEqual(['key-1', 'key-2'])
  })

  test("is not asked again for a load balancer's 401", async () => {
    await using server = await startScriptedServer()
    const keys = expiringKeys(server)
    const me = await createChat({ url: server.url, retry: { attempts: 1 } }).connect({
      userKey: keys.userKey,
    })
    server.on('GET /users/me', json(401, { message: 'Unauthorized' }))

    expect(await chatErrorOf(me.getUser())).toMatchObject({ type: 'UnexpectedResponse' })
    expect(keys.given).toEqual(['key-1'])
  })

  test('may fail for a while', async () => {
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

  test('that keeps failing is what the call fails with', async () => {
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

  test('that never answers makes the call time out', async () => {
    await using server = await startScriptedServer()
    const chat = createChat({ url: server.url })

    const error = await chatErrorOf(chat.connect({ userKey: () => new Promise(() => {}), timeoutMs: 50 }))

    expect(error).toMatchObject({ type: 'TimedOut' })
  })
})

test('a key that was given as it is, and is refused, is final', async () => {
  await using server = await startScriptedServer()
  server.on('POST /users/get-or-create', failure(401, 'Unauthorized'))

  const error = await chatErrorOf(createChat({ url: server.url }).connect({ userKey: 'key-1' }))

  expect(error).toMatchObject({ type: 'Unauthorized' })
  expect(server.requests).toHaveLength(1)
})
