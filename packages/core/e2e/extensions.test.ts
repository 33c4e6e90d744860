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
  failure,
  html,
  json,
  ready,
  sse,
  startScriptedServer,
} from './scripted-server.ts'

const route = 'GET /users/me/listen'
const refusal = failure(403, 'Forbidden')
const able = json(200, { capabilities: ['resume', 'user-stream', 'typing'] })

test('what our server adds stands beside the 21 operations, each with its capability', () => {
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
  ])
  expect(Object.keys(extensions).filter((name) => name in operations)).toEqual([])
})

describe("a user's stream", () => {
  test('brings the signals of all conversations, and resumes', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', able)
    const created = { type: 'message_created', data: { ...message, isBot: true } }
    const data = { conversationId: 'c' }
    const named = (name: string, id: string) => `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
    server.on(
      route,
      cutStream(ready('fresh', '1'), named('conversation_added', '2'), sse(created, '3')),
      endedStream(ready('resumed', '3'), named('conversation_removed', '4')),
      refusal,
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

  test('only reports what it missed', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', able)
    server.on(route, endedStream(ready('reset', '9')), refusal)
    const me = await connectTo(server)

    expect(await collectUntilForbidden(me.listenUser({ after: '1' }))).toEqual([
      { type: 'discontinuity', data: { cause: 'reset' } },
    ])
  })

  test('is refused for good by a server that has none', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    expect(await collectSignals(me.listenUser()).ended).toMatchObject({
      type: 'MethodNotFound',
      message:
        'Unable to listen to the user\'s conversations; the server lacks the capability "user-stream".',
    })
    expect(server.requests).toEqual([])
  })

  test('waits until it is known whether the server has it', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', html(502), html(502), html(502), html(502), html(502), html(502), able)
    server.on(route, refusal)
    const me = await connectTo(server)

    expect(await collectSignals(me.listenUser()).ended).toMatchObject({ type: 'Forbidden' })
  })
})

describe('typing', () => {
  const typing = 'PUT /conversations/c%2F1/typing'
  const input = { conversationId: 'c/1' }

  test('is told without a body, and answered without one', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', able)
    server.on(typing, (response) => void response.writeHead(204).end())
    const me = await connectTo(server)

    expect(await me.sendTyping(input)).toBeUndefined()
    expect(server.requests).toMatchObject([{ path: '/conversations/c%2F1/typing', body: undefined }])
    expect(server.requests[0]?.headers['x-user-key']).toBe('key-1')
  })

  test('is not sent again, as it would be late', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', able)
    server.on(typing, drop)
    const me = await connectTo(server)

    expect(await chatErrorOf(me.sendTyping(input))).toMatchObject({ type: 'NetworkFailed' })
    expect(server.requests).toHaveLength(1)
  })

  test('is not sent to a server that does not know it', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    expect(await chatErrorOf(me.sendTyping(input))).toMatchObject({
      type: 'MethodNotFound',
      message: 'Unable to send the typing signal; the server lacks the capability "typing".',
    })
    expect(server.requests).toEqual([])
  })
})

test('a user reads what the server says of itself', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', able)
  const me = await connectTo(server)

  expect(await me.serverInfo()).toEqual({ capabilities: ['resume', 'user-stream', 'typing'] })
  expect(server.helloCount).toBe(1)
})
