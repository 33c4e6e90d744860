import { describe, expect, test } from 'vitest'
import { errorTypes } from '../src/contract/index.ts'
import { createChat, isRetryable } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { connectTo } from './connect-to.ts'
import { message, user } from './example-models.ts'
import {
  drop,
  failure,
  html,
  json,
  startScriptedServer,
  text,
  truncated,
  type Respond,
} from './scripted-server.ts'

const payload = { type: 'text', text: 'Hello' } as const
const send = { conversationId: 'conv_1', payload }

/** What becomes of a message whose POST is answered so. */
async function failureFor(answer: Respond) {
  await using server = await startScriptedServer()
  const me = await connectTo(server, { retry: { attempts: 1 } })
  server.on('POST /messages', answer)
  return await chatErrorOf(me.createMessage(send))
}

describe("the API's own failures", () => {
  const wireTypes = Object.entries(errorTypes).filter(([, { status }]) => status > 0)

  test.each(wireTypes)('%s is told by its type, status, id and message', async (type, { status }) => {
    expect(await failureFor(failure(status, type))).toMatchObject({
      name: 'ChatError',
      type,
      status,
      id: `err_${type}`,
      message: 'Unable to create the message; it is scripted so.',
    })
  })

  test('an error body with HTTP 200 is a failure all the same', async () => {
    const body = { id: 'e1', code: 403, type: 'Forbidden', message: 'not yours' }

    expect(await failureFor(json(200, body))).toMatchObject({ type: 'Forbidden', status: 403, id: 'e1' })
  })

  test('an error body with HTTP 200 and a type alone takes the status of its type', async () => {
    expect(await failureFor(json(200, { type: 'RateLimited' }))).toMatchObject({
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
  ] as const)('a body that lacks fields, %j, is taken by its code', async (body, type, status) => {
    expect(await failureFor(json(status, body))).toMatchObject({ type, status, id: undefined })
  })

  test('a body that lacks its code is taken by its type and the HTTP status', async () => {
    expect(await failureFor(json(401, { type: 'Unauthorized' }))).toMatchObject({
      type: 'Unauthorized',
      status: 401,
    })
  })

  test('a body that says nothing is said to say nothing', async () => {
    expect((await failureFor(json(403, { code: 403 }))).message).toBe(
      'Unable to create the message; the server responded with 403 and gave no reason.',
    )
  })
})

describe("answers that are not the API's", () => {
  test.each<[string, Respond, number]>([
    ["a load balancer's 404 in HTML", html(404), 404],
    ['a time-out on the way', html(408), 408],
    ["a proxy's rate limit", html(429), 429],
    ['a failure in plain text', text(401, 'Unauthorized', 'text/plain'), 401],
    ['a 502 without a body', text(502, '', 'text/plain'), 502],
    ["a captive portal's page", html(200), 200],
    ["a captive portal's JSON", json(200, { login: 'https://portal.example' }), 200],
    ['JSON of another kind', json(200, [message]), 200],
    ['null', json(200, null), 200],
    ['garbage said to be JSON', text(200, '{"message":{"id":', 'application/json'), 200],
    ['an empty answer', text(200, '', 'application/json'), 200],
  ])('%s is an UnexpectedResponse, which is never final', async (_, answer, status) => {
    const error = await failureFor(answer)

    expect(error).toMatchObject({ type: 'UnexpectedResponse', status, id: undefined })
    expect(errorTypes[error.type].isRetryable).toBe(true)
  })

  test('the message says what came instead, and what to look at', async () => {
    expect((await failureFor(html(502))).message).toBe(
      'Unable to create the message; the response (502, text/html; charset=utf-8) is not from the Chat API. Check the url and any proxy.',
    )
  })

  test.each<[string, Respond, number]>([
    ["a firewall's 403 in HTML", html(403), 403],
    ["a gateway's 403 in JSON", json(403, { message: 'Forbidden' }), 403],
    ["a firewall's 406", html(406), 406],
    ["a proxy's 413 without a body", text(413, '', 'text/plain'), 413],
    ["a proxy's 400", html(400), 400],
    ['a refusal by law', html(451), 451],
  ])('%s refuses the content of a message or event: the error is permanent', async (_, answer, status) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('POST /messages', answer)
    server.on('POST /events', answer)

    const errors = [
      await chatErrorOf(me.createMessage(send, { idempotencyKey: 'k' })),
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
  ])('a refusal of %s with %i is retryable: the request has no content of its own', async (route, status) => {
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

  test('the error describes the response and says what to do', async () => {
    expect((await failureFor(text(413, '', 'text/html'))).message).toBe(
      'Unable to create the message; the response (413, text/html) is not from the Chat API. Change the content.',
    )
  })

  test('a page without its list is an UnexpectedResponse', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server, { retry: { attempts: 1 } })
    server.on('GET /conversations', json(200, { meta: {} }))

    expect(await chatErrorOf(me.listConversations())).toMatchObject({ type: 'UnexpectedResponse' })
  })
})

describe('a connection that fails', () => {
  test.each<[string, Respond]>([
    ['dropped without an answer', drop],
    ['reset', (response) => void response.socket?.resetAndDestroy()],
    ['cut in the middle of the answer', truncated],
    ['garbage that is not HTTP', (response) => void response.socket?.end('garbage\r\n\r\n')],
  ])('%s: NetworkFailed, with its cause', async (_, answer) => {
    const error = await failureFor(answer)

    expect(error).toMatchObject({ type: 'NetworkFailed', status: 0, cause: expect.any(Error) })
    expect(error.message).toBe(
      'Unable to create the message; the connection failed. Check the network and the url.',
    )
  })

  test('a port that nobody listens to: NetworkFailed', async () => {
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

test('creates that answer 200 instead of 201 are as good', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on('POST /messages', json(200, { message }))

  expect(await me.createMessage(send)).toEqual({ message })
})

test('fields that nobody knows are passed on', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on('GET /users/me', json(200, { user: { ...user, mood: 'fine' }, more: true }))

  expect(await me.getUser()).toEqual({ user: { ...user, mood: 'fine' }, more: true })
})
