import { describe, expect, test } from 'vitest'
import { extensions, operations } from '../src/contract/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { collectSignals, collectUntilForbidden } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import {
  cutStream,
  drop,
  endedStream,
  apiError,
  html,
  json,
  ready,
  sse,
  startScriptedServer,
} from './scripted-server.ts'

const route = 'GET /users/me/listen'
const forbidden = apiError(403, 'Forbidden')
const capabilities = ['resume', 'user-stream', 'typing', 'stop', 'idempotency']
const allCapabilities = json(200, { capabilities })

test('extensions are separate from the 21 operations, and each has a capability', () => {
  expect(
    Object.entries(extensions).map(([name, { method, path, capability }]) => [
      name,
      method,
      path,
      capability,
    ]),
  ).toEqual([
    ['listenUser', 'GET', '/users/me/listen', 'user-stream'],
    ['sendTyping', 'PUT', '/conversations/{conversationId}/typing', 'typing'],
    ['stop', 'POST', '/conversations/{conversationId}/stop', 'stop'],
  ])
  expect(Object.keys(extensions).filter((name) => name in operations)).toEqual([])
})

describe('listenUser', () => {
  test('streams the signals of all conversations, and resumes', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', allCapabilities)
    const created = { type: 'message_created', data: { ...message, isBot: true } }
    const data = { conversationId: 'c' }
    const namedEvent = (name: string, id: string) =>
      `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
    server.on(
      route,
      cutStream(ready('fresh', '1'), namedEvent('conversation_added', '2'), sse(created, '3')),
      endedStream(ready('resumed', '3'), namedEvent('conversation_removed', '4')),
      forbidden,
    )
    const me = await connectTo(server)

    expect(await collectUntilForbidden(me.listenUser())).toEqual([
      { type: 'conversation_added', data, id: '2' },
      { ...created, id: '3' },
      { type: 'conversation_removed', data, id: '4' },
    ])
    expect(server.requestsTo(route).map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '3',
      '4',
    ])
  })

  test('reports a gap without backfilling it', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', allCapabilities)
    server.on(route, endedStream(ready('reset', '9')), forbidden)
    const me = await connectTo(server)

    expect(await collectUntilForbidden(me.listenUser({ after: '1' }))).toEqual([
      { type: 'discontinuity', data: { cause: 'reset' } },
    ])
  })

  test('fails permanently if the server lacks the capability', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    expect(await collectSignals(me.listenUser()).ended).toMatchObject({
      type: 'MethodNotFound',
      message:
        'Unable to listen to the user\'s conversations; the server lacks the capability "user-stream". ' +
        'Check serverInfo() first.',
    })
    expect(server.requests).toEqual([])
  })

  test('retries until the capabilities are known', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', html(502), html(502), html(502), html(502), html(502), html(502), allCapabilities)
    server.on(route, forbidden)
    const me = await connectTo(server)

    expect(await collectSignals(me.listenUser()).ended).toMatchObject({ type: 'Forbidden' })
  })
})

describe('sendTyping', () => {
  const typing = 'PUT /conversations/c%2F1/typing'
  const input = { conversationId: 'c/1' }

  test('sends no body and accepts an empty response', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', allCapabilities)
    server.on(typing, (response) => void response.writeHead(204).end())
    const me = await connectTo(server)

    expect(await me.sendTyping(input)).toBeUndefined()
    expect(server.requests).toMatchObject([{ path: '/conversations/c%2F1/typing', body: undefined }])
    expect(server.requests[0]?.headers['x-user-key']).toBe('key-1')
  })

  test('is not retried, as a retry would be late', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', allCapabilities)
    server.on(typing, drop)
    const me = await connectTo(server)

    expect(await chatErrorOf(me.sendTyping(input))).toMatchObject({ type: 'NetworkFailed' })
    expect(server.requests).toHaveLength(1)
  })

  test('sends nothing to a server that lacks the capability', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    expect(await chatErrorOf(me.sendTyping(input))).toMatchObject({
      type: 'MethodNotFound',
      message:
        'Unable to send the typing signal; the server lacks the capability "typing". Check serverInfo() first.',
    })
    expect(server.requests).toEqual([])
  })
})

describe('stop', () => {
  const stop = 'POST /conversations/c%2F1/stop'
  const input = { conversationId: 'c/1' }

  test('sends a request without a body or an idempotency key', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', allCapabilities)
    server.on(stop, (response) => void response.writeHead(204).end())
    const me = await connectTo(server)

    expect(await me.stop(input)).toBeUndefined()
    expect(server.requests).toMatchObject([{ path: '/conversations/c%2F1/stop', body: undefined }])
    expect(server.requests[0]?.headers['idempotency-key']).toBeUndefined()
  })

  test('is not repeated when the response is lost, as it could stop the next turn', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', allCapabilities)
    server.on(stop, drop)
    const me = await connectTo(server)

    expect(await chatErrorOf(me.stop(input))).toMatchObject({ type: 'NetworkFailed' })
    expect(server.requests).toHaveLength(1)
  })

  test('is not sent to a server without the capability', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    expect(await chatErrorOf(me.stop(input))).toMatchObject({
      type: 'MethodNotFound',
      message: 'Unable to stop the turn; the server lacks the capability "stop". Check serverInfo() first.',
    })
    expect(server.requests).toEqual([])
  })
})

test('serverInfo of a connected user returns the capabilities', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', allCapabilities)
  const me = await connectTo(server)

  expect(await me.serverInfo()).toEqual({ capabilities })
  expect(server.helloCount).toBe(1)
})
