import { describe, expect, test } from 'vitest'
import { operations, type OperationName } from '../src/contract/index.ts'
import { createChat, type ConnectedUser } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { collect } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { conversation, event, message, user } from './example-models.ts'
import { json, sse, startScriptedServer, stream } from './scripted-server.ts'

const text = { type: 'text', text: 'Hello' }

/** The input of every operation, the request it sends, and the response. */
const cases: Record<OperationName, { input: object; request: string; body?: object; response: object }> = {
  createUser: {
    input: { id: 'a', name: 'Ada' },
    request: 'POST /users',
    body: { id: 'a', name: 'Ada' },
    response: { user, key: 'k' },
  },
  getOrCreateUser: {
    input: { profile: 'p' },
    request: 'POST /users/get-or-create',
    body: { profile: 'p' },
    response: { user },
  },
  getUser: { input: {}, request: 'GET /users/me', response: { user } },
  updateUser: { input: { name: 'Ada' }, request: 'PUT /users/me', body: { name: 'Ada' }, response: { user } },
  deleteUser: { input: {}, request: 'DELETE /users/me', response: {} },
  createConversation: { input: {}, request: 'POST /conversations', body: {}, response: { conversation } },
  getOrCreateConversation: {
    input: { id: 'c/1' },
    request: 'POST /conversations/get-or-create',
    body: { id: 'c/1' },
    response: { conversation },
  },
  getConversation: { input: { id: 'c/1' }, request: 'GET /conversations/c%2F1', response: { conversation } },
  deleteConversation: { input: { id: 'c\\1' }, request: 'DELETE /conversations/c%5C1', response: {} },
  listConversations: {
    input: { nextToken: 'a+b=', limit: 5 },
    request: 'GET /conversations?nextToken=a%2Bb%3D&limit=5',
    response: { conversations: [conversation], meta: {} },
  },
  listenConversation: {
    input: { id: 'c/1', onGap: 'report' },
    request: 'GET /conversations/c%2F1/listen',
    response: { type: 'participant_added', data: {} },
  },
  listMessages: {
    input: { conversationId: 'c/1' },
    request: 'GET /conversations/c%2F1/messages',
    response: { messages: [message], meta: { nextToken: 't' } },
  },
  addParticipant: {
    input: { conversationId: 'c/1', userId: 'u/2' },
    request: 'POST /conversations/c%2F1/participants',
    body: { userId: 'u/2' },
    response: { participant: user },
  },
  listParticipants: {
    input: { conversationId: 'c/1', limit: 1 },
    request: 'GET /conversations/c%2F1/participants?limit=1',
    response: { participants: [user], meta: {} },
  },
  getParticipant: {
    input: { conversationId: 'c/1', userId: 'u/2' },
    request: 'GET /conversations/c%2F1/participants/u%2F2',
    response: { participant: user },
  },
  removeParticipant: {
    input: { conversationId: 'c/1', userId: 'u/2' },
    request: 'DELETE /conversations/c%2F1/participants/u%2F2',
    response: {},
  },
  createMessage: {
    input: { conversationId: 'c/1', payload: text, metadata: { a: 1 } },
    request: 'POST /messages',
    body: { conversationId: 'c/1', payload: text, metadata: { a: 1 } },
    response: { message },
  },
  getMessage: { input: { id: 'm/1' }, request: 'GET /messages/m%2F1', response: { message } },
  deleteMessage: { input: { id: 'm/1' }, request: 'DELETE /messages/m%2F1', response: {} },
  createEvent: {
    input: { conversationId: 'c/1', payload: { kind: 'wave' } },
    request: 'POST /events',
    body: { conversationId: 'c/1', payload: { kind: 'wave' } },
    response: { event },
  },
  getEvent: { input: { id: 'e/1' }, request: 'GET /events/e%2F1', response: { event } },
}

type UntypedMethods = Record<string, (input: object) => Promise<object>>

describe.each(Object.entries(cases))('%s', (name, { input, request, body, response }) => {
  test('sends the request of the table, and returns the response unchanged', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(
      request.split('?')[0] ?? '',
      name === 'listenConversation' ? stream(sse(response)) : json(200, response),
    )

    const result = await call(name, server.url, me as unknown as UntypedMethods, input)

    expect(result).toEqual(response)
    expect(server.requests).toMatchObject([{ method: request.split(' ')[0], path: request.split(' ')[1] }])
    expect(server.requests[0]?.body).toEqual(body)
    expect(server.requests[0]?.headers['x-user-key']).toBe(name === 'createUser' ? undefined : 'key-1')
  })
})

async function call(
  name: string,
  url: string,
  me: UntypedMethods,
  input: object,
): Promise<object | undefined> {
  if (name === 'createUser') return createChat({ url }).createUser(input)
  const result = me[name]?.(input)
  if (name !== 'listenConversation') return result
  for await (const signal of result as unknown as AsyncIterable<object>) return signal
  return {}
}

test('the cases cover all operations', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(operations))
})

test('the input is optional if no field is required', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on('POST /conversations', json(201, { conversation }))
  server.on('GET /conversations', json(200, { conversations: [], meta: {} }))

  expect(await me.createConversation()).toEqual({ conversation })
  expect(await me.listConversations()).toEqual({ conversations: [], meta: {} })
})

test.each(['', '.', '..'])(
  'rejects the id %j, which would change the path, and sends nothing',
  async (id) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    const error = await chatErrorOf(me.getConversation({ id }))

    expect(error).toMatchObject({
      type: 'InvalidIdentifier',
      message: 'Unable to get the conversation; "id" is not a valid id. Check the id.',
    })
    expect(server.requests).toEqual([])
  },
)

test('rejects input that cannot be converted to JSON, and sends nothing', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)

  const error = await chatErrorOf(me.createEvent({ conversationId: 'c', payload: { count: 1n } }))

  expect(error).toMatchObject({ type: 'InvalidPayload', cause: expect.any(TypeError) })
  expect(server.requests).toEqual([])
})

test.each<[string, (me: ConnectedUser) => Promise<unknown>]>([
  [
    'an idempotency key',
    (me) =>
      me.createMessage(
        { conversationId: 'c', payload: { type: 'text', text: 'Hello' } },
        { idempotencyKey: 'key-🔑' },
      ),
  ],
  ['a position', (me) => collect(me.listenConversation({ id: 'c', after: 'position\n1' }))],
])('rejects %s that no header can carry, and sends nothing', async (_, call) => {
  await using server = await startScriptedServer()
  server.on('GET /hello', json(200, { capabilities: ['idempotency', 'resume'] }))
  const me = await connectTo(server)

  const error = await chatErrorOf(call(me))

  expect(error).toMatchObject({ type: 'InvalidPayload', cause: expect.any(TypeError) })
  expect(server.requests).toEqual([])
})

describe('the address', () => {
  test('ignores trailing slashes of the url', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users', json(200, { user, key: 'k' }))

    const chat = createChat({ url: `${server.url}//` })
    await chat.createUser()

    expect(chat.url).toBe(server.url)
    expect(server.requestsTo('POST /users')).toHaveLength(1)
  })

  test('can be the webhook id of a bot of the hosted service', async () => {
    const urls: string[] = []
    const fetch: typeof globalThis.fetch = async (request) => {
      urls.push(request instanceof Request ? request.url : String(request))
      return Response.json({ user, key: 'k' })
    }

    await createChat({ webhookId: 'a b', fetch }).createUser()

    expect(urls.toSorted()).toEqual([
      'https://chat.botpress.cloud/a%20b/hello',
      'https://chat.botpress.cloud/a%20b/users',
    ])
  })
})
