import { describe, expect, test } from 'vitest'
import { errorTypes } from '../src/contract/index.ts'
import { createChat, isRetryable } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { connectTo } from './connect-to.ts'
import { message, user } from './example-models.ts'
import {
  drop,
  apiError,
  html,
  json,
  startScriptedServer,
  text,
  truncated,
  type Respond,
} from './scripted-server.ts'

const payload = { type: 'text', text: 'Hello' } as const
const input = { conversationId: 'conv_1', payload }

/** Returns the error of a createMessage call to which the server responds like this. */
async function errorFor(respond: Respond) {
  await using server = await startScriptedServer()
  const me = await connectTo(server, { retry: { attempts: 1 } })
  server.on('POST /messages', respond)
  return await chatErrorOf(me.createMessage(input))
}

describe('errors of the API', () => {
  const wireTypes = Object.entries(errorTypes).filter(([, { status }]) => status > 0)

  test.each(wireTypes)('%s keeps its type, status, id and message', async (type, { status }) => {
    expect(await errorFor(apiError(status, type))).toMatchObject({
      name: 'ChatError',
      type,
      status,
      id: `err_${type}`,
      message: 'Unable to create the message; the test scripted it.',
    })
  })

  test('an error body with HTTP 200 is an error', async () => {
    const body = { id: 'e1', code: 403, type: 'Forbidden', message: 'not yours' }

    expect(await errorFor(json(200, body))).toMatchObject({ type: 'Forbidden', status: 403, id: 'e1' })
  })

  test('an error body with HTTP 200 and only a type gets the status of the type', async () => {
    expect(await errorFor(json(200, { type: 'RateLimited' }))).toMatchObject({
      type: 'RateLimited',
      status: 429,
    })
  })

  test.each([
    [{ code: 404, message: 'gone' }, 'ResourceNotFound', 404],
    [{ code: 409 }, 'AlreadyExists', 409],
    [{ code: 400 }, 'InvalidPayload', 400],
    [{ code: 418, type: 'Teapot' }, 'Runtime', 418],
    [{ code: 502, type: 12 }, 'Unknown', 502],
  ] as const)('an incomplete body, %j, is classified by its code', async (body, type, status) => {
    expect(await errorFor(json(status, body))).toMatchObject({ type, status, id: undefined })
  })

  test('a body without a code is classified by its type and the HTTP status', async () => {
    expect(await errorFor(json(401, { type: 'Unauthorized' }))).toMatchObject({
      type: 'Unauthorized',
      status: 401,
    })
  })

  test('a body without a message gets a default message', async () => {
    expect((await errorFor(json(403, { code: 403 }))).message).toBe(
      'Unable to create the message; the server responded with 403 and gave no reason.',
    )
  })
})

describe('responses that are not from the Chat API', () => {
  test.each<[string, Respond, number]>([
    ["a load balancer's 404 in HTML", html(404), 404],
    ["a proxy's timeout", html(408), 408],
    ["a proxy's rate limit", html(429), 429],
    ['an error in plain text', text(401, 'Unauthorized', 'text/plain'), 401],
    ['a 502 without a body', text(502, '', 'text/plain'), 502],
    ["a captive portal's page", html(200), 200],
    ["a captive portal's JSON", json(200, { login: 'https://portal.example' }), 200],
    ['JSON of another kind', json(200, [message]), 200],
    ['null', json(200, null), 200],
    ['invalid JSON', text(200, '{"message":{"id":', 'application/json'), 200],
    ['an empty body', text(200, '', 'application/json'), 200],
  ])('%s is an UnexpectedResponse, which is retryable', async (_, respond, status) => {
    const error = await errorFor(respond)

    expect(error).toMatchObject({ type: 'UnexpectedResponse', status, id: undefined })
    expect(errorTypes[error.type].isRetryable).toBe(true)
  })

  test('the message describes the response and says what to check', async () => {
    expect((await errorFor(html(502))).message).toBe(
      'Unable to create the message; the response (502, text/html; charset=utf-8) is not from the Chat API. ' +
        'Check the url and any proxy or redirect.',
    )
  })

  test('the message of a redirect names its target', async () => {
    const redirect: Respond = (response) => {
      response.writeHead(301, { location: 'https://chat.example/demo/', 'content-type': 'text/html' }).end()
    }

    expect((await errorFor(redirect)).message).toBe(
      'Unable to create the message; the response (301, https://chat.example/demo/) is not from the Chat API. ' +
        'Check the url and any proxy or redirect.',
    )
  })

  test.each<[string, Respond, number]>([
    ["a firewall's 403 in HTML", html(403), 403],
    ["a gateway's 403 in JSON", json(403, { message: 'Forbidden' }), 403],
    ["a firewall's 406", html(406), 406],
    ["a proxy's 413 without a body", text(413, '', 'text/plain'), 413],
    ["a proxy's 400", html(400), 400],
    ['a block for legal reasons', html(451), 451],
  ])('%s blocks a message or event permanently', async (_, respond, status) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('POST /messages', respond)
    server.on('POST /events', respond)

    const errors = [
      await chatErrorOf(me.createMessage(input, { idempotencyKey: 'k' })),
      await chatErrorOf(me.createEvent({ conversationId: 'conv_1', payload: {} })),
    ]

    expect(errors).toMatchObject([
      { type: 'RequestBlocked', status },
      { type: 'RequestBlocked', status },
    ])
    expect(errors.map(isRetryable)).toEqual([false, false])
    expect(server.requests).toHaveLength(2)
  })

  test.each<[string, number]>([
    ['GET /users/me', 403],
    ['POST /conversations', 403],
    ['PUT /users/me', 413],
  ])('a blocked %s with status %i is retryable, as it has no message content', async (route, status) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server, { retry: { attempts: 1 } })
    server.on(route, html(status))
    const calls = {
      'GET /users/me': () => me.getUser(),
      'POST /conversations': () => me.createConversation(),
      'PUT /users/me': () => me.updateUser({ name: 'Ada' }),
    }

    const error = await chatErrorOf(calls[route as keyof typeof calls]())

    expect(error).toMatchObject({ type: 'UnexpectedResponse', status })
    expect(isRetryable(error)).toBe(true)
  })

  test('the message of a permanent error says to change the content', async () => {
    expect((await errorFor(text(413, '', 'text/html'))).message).toBe(
      'Unable to create the message; the response (413, text/html) is not from the Chat API. Change the content.',
    )
  })

  test.each<[string, object]>([
    ['its list', { meta: {} }],
    ['its meta', { conversations: [] }],
    ['an object as its meta', { conversations: [], meta: 'a' }],
    ['objects in its list', { conversations: [null], meta: {} }],
  ])('a page without %s is an UnexpectedResponse', async (_, body) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server, { retry: { attempts: 1 } })
    server.on('GET /conversations', json(200, body))

    expect(await chatErrorOf(me.listConversations())).toMatchObject({ type: 'UnexpectedResponse' })
  })

  test('a new user without a key is an UnexpectedResponse, and nothing is stored', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users', json(201, { user }))
    const stored: string[] = []
    const storage = { getItem: () => null, setItem: (_: string, key: string) => stored.push(key) }

    const error = await chatErrorOf(
      createChat({ url: server.url, retry: { attempts: 1 } }).connect({ storage }),
    )

    expect(error).toMatchObject({ type: 'UnexpectedResponse' })
    expect(stored).toEqual([])
  })
})

describe('a failed connection', () => {
  test.each<[string, Respond]>([
    ['dropped without a response', drop],
    ['reset', (response) => void response.socket?.resetAndDestroy()],
    ['cut in the middle of the response', truncated],
    ['garbage that is not HTTP', (response) => void response.socket?.end('garbage\r\n\r\n')],
  ])('%s: NetworkFailed, with its cause', async (_, respond) => {
    const error = await errorFor(respond)

    expect(error).toMatchObject({ type: 'NetworkFailed', status: 0, cause: expect.any(Error) })
    expect(error.message).toBe(
      'Unable to create the message; the connection failed. Check the network and the url.',
    )
  })

  test('a port without a server: NetworkFailed', async () => {
    const chat = createChat({ url: 'http://127.0.0.1:1/demo', random: () => 0 })

    expect(await chatErrorOf(chat.createUser())).toMatchObject({ type: 'NetworkFailed' })
  })

  test('a host without an address: NetworkFailed', async () => {
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
    const chat = createChat({ url: 'http://nowhere.invalid/demo', random: () => 0, fetch })

    expect(await chatErrorOf(chat.createUser())).toMatchObject({ type: 'NetworkFailed' })
  })
})

test('a create that returns 200 instead of 201 succeeds', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on('POST /messages', json(200, { message }))

  expect(await me.createMessage(input)).toEqual({ message })
})

test('unknown fields are passed on', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on('GET /users/me', json(200, { user: { ...user, mood: 'fine' }, more: true }))

  expect(await me.getUser()).toEqual({ user: { ...user, mood: 'fine' }, more: true })
})
