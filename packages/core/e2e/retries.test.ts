import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { connectTo } from './connect-to.ts'
import { message, user } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  drop,
  apiError,
  html,
  json,
  neverRespond,
  stalled,
  startScriptedServer,
  truncated,
  type Respond,
} from './scripted-server.ts'

const payload = { type: 'text', text: 'Hello' } as const
const input = { conversationId: 'conv_1', payload }
const timeoutMs = 30_000

describe('a request that is safe to repeat', () => {
  const temporaryErrors: [string, Respond][] = [
    ['a dropped connection', drop],
    ['a truncated response', truncated],
    ['an internal error', apiError(500, 'Internal')],
    ["a proxy's 502", html(502)],
    ['a rate limit', apiError(429, 'RateLimited')],
    ['an unavailable server', apiError(503, 'Unavailable')],
    ['a locked resource', apiError(409, 'ResourceLockedConflict')],
  ]

  test.each(temporaryErrors)('a GET is retried after %s', async (_, respond) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('GET /users/me', respond, respond, json(200, { user }))

    expect(await me.getUser()).toEqual({ user })
    expect(server.requestsTo('GET /users/me')).toHaveLength(3)
  })

  test('a PUT is retried with its body', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('PUT /users/me', drop, json(200, { user }))

    expect(await me.updateUser({ name: 'Ada' })).toEqual({ user })
    expect(server.requestsTo('PUT /users/me').map(({ body }) => body)).toEqual([
      { name: 'Ada' },
      { name: 'Ada' },
    ])
  })

  test('a DELETE whose response was lost succeeds, though its retry gets a 404', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('DELETE /messages/m', drop, apiError(404, 'ResourceNotFound'))

    expect(await me.deleteMessage({ id: 'm' })).toEqual({})
  })

  test('a DELETE that was not processed fails if its retry gets a 404', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('DELETE /messages/m', apiError(503, 'Unavailable'), apiError(404, 'ResourceNotFound'))

    expect(await chatErrorOf(me.deleteMessage({ id: 'm' }))).toMatchObject({ type: 'ResourceNotFound' })
  })

  test.each(['Unauthorized', 'Forbidden', 'ResourceNotFound', 'InvalidPayload'] as const)(
    'a GET is not retried after %s',
    async (type) => {
      await using server = await startScriptedServer()
      const me = await connectTo(server)
      server.on('GET /users/me', json(400, { type }))

      expect(await chatErrorOf(me.getUser())).toMatchObject({ type })
      expect(server.requestsTo('GET /users/me')).toHaveLength(1)
    },
  )
})

describe('a POST', () => {
  test.each<[string, Respond, string]>([
    ['a dropped connection', drop, 'NetworkFailed'],
    ['a truncated response', truncated, 'NetworkFailed'],
    ['an internal error', apiError(500, 'Internal'), 'Internal'],
    ["a proxy's 503", html(503), 'UnexpectedResponse'],
  ])('is not retried after %s, as it may have been processed', async (_, respond, type) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('POST /messages', respond)

    expect(await chatErrorOf(me.createMessage(input))).toMatchObject({ type })
    expect(server.requestsTo('POST /messages')).toHaveLength(1)
  })

  test('is not retried after a timeout, as it may have been processed', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, timeoutMs })
    server.on('POST /messages', neverRespond)

    const failing = chatErrorOf(me.createMessage(input))
    await expect.poll(() => server.requestsTo('POST /messages')).toHaveLength(1)
    clock.advance(timeoutMs)

    expect(await failing).toMatchObject({ type: 'TimedOut' })
    expect(server.requestsTo('POST /messages')).toHaveLength(1)
  })

  test.each<[string, Respond]>([
    ['a rate limit', apiError(429, 'RateLimited')],
    ['an unavailable server', apiError(503, 'Unavailable')],
  ])('is retried after %s, as it was not processed', async (_, respond) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('POST /messages', respond, json(201, { message }))

    expect(await me.createMessage(input)).toEqual({ message })
    expect(server.requestsTo('POST /messages')).toHaveLength(2)
  })

  test('is retried after a refused connection', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users', json(201, { user, key: 'k' }))
    let isUp = false
    const fetchFrom: typeof fetch = (input, init) => {
      const request = new Request(input, init)
      const url = new URL(request.url)
      // Port 2 has no server; another test could take over a port that was just freed.
      if (!isUp) url.port = '2'
      return fetch(new Request(url, request))
    }
    const clock = createFakeClock()
    const chat = createChat({ url: server.url, clock, random: () => 0.5, fetch: fetchFrom })

    const creating = chat.createUser()
    await expect.poll(() => clock.waits.filter((delayMs) => delayMs === 150)).toHaveLength(2)
    isUp = true
    clock.advance(150)

    expect(await creating).toEqual({ user, key: 'k' })
  })
})

describe('the delay between attempts', () => {
  test('is a random fraction of an upper bound that doubles', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, random: () => 0.5, retry: { attempts: 4, maxDelayMs: 500 } })
    server.on('GET /users/me', drop)

    const failing = chatErrorOf(me.getUser())
    for (const delayMs of [150, 250, 250]) {
      await expect.poll(() => clock.waits).toContain(delayMs)
      clock.advance(delayMs)
    }

    expect(await failing).toMatchObject({ type: 'NetworkFailed' })
    expect(server.requestsTo('GET /users/me')).toHaveLength(4)
  })

  test('is at least the retry-after of the server, in seconds', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock })
    server.on('GET /users/me', apiError(429, 'RateLimited', { 'retry-after': '7' }), json(200, { user }))

    const result = me.getUser()
    await expect.poll(() => clock.waits).toContain(7_000)
    clock.advance(6_999)
    expect(server.requestsTo('GET /users/me')).toHaveLength(1)
    clock.advance(1)

    expect(await result).toEqual({ user })
  })

  test('is at least the retry-after of the server, as a date', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock(Date.UTC(2026, 0, 1, 12, 0, 0))
    const me = await connectTo(server, { clock })
    const retryAfter = 'Thu, 01 Jan 2026 12:00:09 GMT'
    server.on(
      'GET /users/me',
      apiError(503, 'Unavailable', { 'retry-after': retryAfter }),
      json(200, { user }),
    )

    const result = me.getUser()
    await expect.poll(() => clock.waits).toContain(9_000)
    clock.advance(9_000)

    expect(await result).toEqual({ user })
  })

  test('is not made if retry-after exceeds the limit: the call fails', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('GET /users/me', apiError(429, 'RateLimited', { 'retry-after': '3600' }))

    expect(await chatErrorOf(me.getUser())).toMatchObject({ type: 'RateLimited', retryAfterMs: 3_600_000 })
    expect(server.requestsTo('GET /users/me')).toHaveLength(1)
  })

  test('does not occur with attempts: 1', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server, { retry: { attempts: 1 } })
    server.on('GET /users/me', drop)

    expect(await chatErrorOf(me.getUser())).toMatchObject({ type: 'NetworkFailed' })
    expect(server.requestsTo('GET /users/me')).toHaveLength(1)
  })
})

describe('a timeout', () => {
  test.each<[string, Respond]>([
    ['never responds', neverRespond],
    ['sends headers but no body', stalled],
  ])('ends a call to a server that %s', async (_, respond) => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, timeoutMs })
    const closed: string[] = []
    server.on('POST /messages', (response, request) => {
      response.on('close', () => closed.push(request.path))
      respond(response, request)
    })

    const failing = chatErrorOf(me.createMessage(input))
    await expect.poll(() => server.requestsTo('POST /messages')).toHaveLength(1)
    clock.advance(timeoutMs)

    expect(await failing).toMatchObject({
      type: 'TimedOut',
      status: 0,
      message: 'Unable to create the message; no data arrived for 30000 ms. Try again.',
    })
    await expect.poll(() => closed).toEqual(['/messages'])
  })

  test('applies to each attempt, and a GET is retried', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, timeoutMs })
    await me.serverInfo()
    server.on('GET /users/me', neverRespond, json(200, { user }))

    const result = me.getUser()
    await expect.poll(() => server.requestsTo('GET /users/me')).toHaveLength(1)
    clock.advance(timeoutMs)
    // The delay before the retry is 0, but it is a timer.
    await expect.poll(() => clock.waits).toContain(0)
    clock.advance(0)

    expect(await result).toEqual({ user })
    expect(server.requestsTo('GET /users/me')).toHaveLength(2)
  })

  test('leaves no timer behind', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock })
    server.on('GET /users/me', json(200, { user }))

    await me.getUser()

    expect(clock.waits).toEqual([])
  })
})
