import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { connectTo } from './connect-to.ts'
import { message, user } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  drop,
  failure,
  html,
  json,
  neverRespond,
  stalled,
  startScriptedServer,
  truncated,
  type Respond,
} from './scripted-server.ts'

const payload = { type: 'text', text: 'Hello' } as const
const send = { conversationId: 'conv_1', payload }
const timeoutMs = 30_000

describe('what is safe to send again', () => {
  const passing: [string, Respond][] = [
    ['a dropped connection', drop],
    ['a truncated answer', truncated],
    ['an internal error', failure(500, 'Internal')],
    ['an error of a proxy', html(502)],
    ['a rate limit', failure(429, 'RateLimited')],
    ['an unavailable server', failure(503, 'Unavailable')],
    ['a lock', failure(409, 'ResourceLockedConflict')],
  ]

  test.each(passing)('a GET is sent again after %s', async (_, answer) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('GET /users/me', answer, answer, json(200, { user }))

    expect(await me.getUser()).toEqual({ user })
    expect(server.requestsTo('GET /users/me')).toHaveLength(3)
  })

  test('a PUT is sent again, with its body', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('PUT /users/me', drop, json(200, { user }))

    expect(await me.updateUser({ name: 'Ada' })).toEqual({ user })
    expect(server.requestsTo('PUT /users/me').map(({ body }) => body)).toEqual([
      { name: 'Ada' },
      { name: 'Ada' },
    ])
  })

  test('a DELETE whose answer was lost has deleted, though its next attempt finds nothing', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('DELETE /messages/m', drop, failure(404, 'ResourceNotFound'))

    expect(await me.deleteMessage({ id: 'm' })).toEqual({})
  })

  test('a DELETE that was turned away and then finds nothing, found nothing', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('DELETE /messages/m', failure(503, 'Unavailable'), failure(404, 'ResourceNotFound'))

    expect(await chatErrorOf(me.deleteMessage({ id: 'm' }))).toMatchObject({ type: 'ResourceNotFound' })
  })

  test.each(['Unauthorized', 'Forbidden', 'ResourceNotFound', 'InvalidPayload'] as const)(
    'a GET is not sent again after %s',
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
    ['a truncated answer', truncated, 'NetworkFailed'],
    ['an internal error', failure(500, 'Internal'), 'Internal'],
    ['a 503 of a proxy', html(503), 'UnexpectedResponse'],
  ])('is not sent again after %s, as it may have been heard', async (_, answer, type) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('POST /messages', answer)

    expect(await chatErrorOf(me.createMessage(send))).toMatchObject({ type })
    expect(server.requestsTo('POST /messages')).toHaveLength(1)
  })

  test('is not sent again after a time-out, as it may have been heard', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, timeoutMs })
    server.on('POST /messages', neverRespond)

    const failing = chatErrorOf(me.createMessage(send))
    await expect.poll(() => server.requestsTo('POST /messages')).toHaveLength(1)
    clock.advance(timeoutMs)

    expect(await failing).toMatchObject({ type: 'TimedOut' })
    expect(server.requestsTo('POST /messages')).toHaveLength(1)
  })

  test.each<[string, Respond]>([
    ['a rate limit', failure(429, 'RateLimited')],
    ['an unavailable server', failure(503, 'Unavailable')],
  ])('is sent again after %s, as it was turned away', async (_, answer) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('POST /messages', answer, json(201, { message }))

    expect(await me.createMessage(send)).toEqual({ message })
    expect(server.requestsTo('POST /messages')).toHaveLength(2)
  })

  test('is sent again where nobody listened', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users', json(201, { user, key: 'k' }))
    let isUp = false
    const fetchFrom: typeof fetch = (input, init) => {
      const request = new Request(input, init)
      const url = new URL(request.url)
      // Nobody ever listens there, while others would take a port that is free again.
      if (!isUp) url.port = '2'
      return fetch(new Request(url, request))
    }
    const clock = createFakeClock()
    const chat = createChat({ url: server.url, clock, random: () => 0.5, fetch: fetchFrom })

    const creating = chat.createUser()
    await expect.poll(() => clock.waits.filter((waitMs) => waitMs === 150)).toHaveLength(2)
    isUp = true
    clock.advance(150)

    expect(await creating).toEqual({ user, key: 'k' })
  })
})

describe('the wait between attempts', () => {
  test('is a random part of a limit that doubles', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, random: () => 0.5, retry: { attempts: 4, maxDelayMs: 500 } })
    server.on('GET /users/me', drop)

    const failing = chatErrorOf(me.getUser())
    for (const waitMs of [150, 250, 250]) {
      await expect.poll(() => clock.waits).toContain(waitMs)
      clock.advance(waitMs)
    }

    expect(await failing).toMatchObject({ type: 'NetworkFailed' })
    expect(server.requestsTo('GET /users/me')).toHaveLength(4)
  })

  test('is never shorter than the server asks, in seconds', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock })
    server.on('GET /users/me', failure(429, 'RateLimited', { 'retry-after': '7' }), json(200, { user }))

    const answer = me.getUser()
    await expect.poll(() => clock.waits).toContain(7_000)
    clock.advance(6_999)
    expect(server.requestsTo('GET /users/me')).toHaveLength(1)
    clock.advance(1)

    expect(await answer).toEqual({ user })
  })

  test('is never shorter than the server asks, as a date', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock(Date.UTC(2026, 0, 1, 12, 0, 0))
    const me = await connectTo(server, { clock })
    const retryAfter = 'Thu, 01 Jan 2026 12:00:09 GMT'
    server.on(
      'GET /users/me',
      failure(503, 'Unavailable', { 'retry-after': retryAfter }),
      json(200, { user }),
    )

    const answer = me.getUser()
    await expect.poll(() => clock.waits).toContain(9_000)
    clock.advance(9_000)

    expect(await answer).toEqual({ user })
  })

  test('is left to the caller where the server asks for more than the limit', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('GET /users/me', failure(429, 'RateLimited', { 'retry-after': '3600' }))

    expect(await chatErrorOf(me.getUser())).toMatchObject({ type: 'RateLimited', retryAfterMs: 3_600_000 })
    expect(server.requestsTo('GET /users/me')).toHaveLength(1)
  })

  test('does not come about with one attempt', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server, { retry: { attempts: 1 } })
    server.on('GET /users/me', drop)

    expect(await chatErrorOf(me.getUser())).toMatchObject({ type: 'NetworkFailed' })
    expect(server.requestsTo('GET /users/me')).toHaveLength(1)
  })
})

describe('a time-out', () => {
  test.each<[string, Respond]>([
    ['never answers', neverRespond],
    ['answers with a head and no body', stalled],
  ])('ends the wait for a server that %s', async (_, answer) => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, timeoutMs })
    const closed: string[] = []
    server.on('POST /messages', (response, request) => {
      response.on('close', () => closed.push(request.path))
      answer(response, request)
    })

    const failing = chatErrorOf(me.createMessage(send))
    await expect.poll(() => server.requestsTo('POST /messages')).toHaveLength(1)
    clock.advance(timeoutMs)

    expect(await failing).toMatchObject({
      type: 'TimedOut',
      status: 0,
      message: 'Unable to create the message; no data arrived for 30000 ms. Try again.',
    })
    await expect.poll(() => closed).toEqual(['/messages'])
  })

  test('counts for each attempt, and a GET is sent again', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, timeoutMs })
    await me.serverInfo()
    server.on('GET /users/me', neverRespond, json(200, { user }))

    const answer = me.getUser()
    await expect.poll(() => server.requestsTo('GET /users/me')).toHaveLength(1)
    clock.advance(timeoutMs)
    // The wait between the two is none, and yet a wait.
    await expect.poll(() => clock.waits).toContain(0)
    clock.advance(0)

    expect(await answer).toEqual({ user })
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
