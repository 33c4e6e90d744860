import { describe, expect, test } from 'vitest'
import { operations, type OperationName } from '../src/contract/index.ts'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { connectTo } from './connect-to.ts'
import { conversation, event, message, user } from './example-models.ts'
import { json, sse, startScriptedServer, stream } from './scripted-server.ts'

const text = { type: 'text', text: 'Hello' }

/** Every operation: what it takes, what is to be sent, and what is answered. */
const cases: Record<OperationName, { input: object; sends: string; body?: object; answer: object }> = {
  createUser: {
    input: { id: 'a', name: 'Ada' },
    sends: 'POST /users',
    body: { id: 'a', name: 'Ada' },
    answer: { user, key: 'k' },
  },
  getOrCreateUser: {
    input: { profile: 'p' },
    sends: 'POST /users/get-or-create',
    body: { profile: 'p' },
    answer: { user },
  },
  getUser: { input: {}, sends: 'GET /users/me', answer: { user } },
  updateUser: { input: { name: 'Ada' }, sends: 'PUT /users/me', body: { name: 'Ada' }, answer: { user } },
  deleteUser: { input: {}, sends: 'DELETE /users/me', answer: {} },
  createConversation: { input: {}, sends: 'POST /conversations', body: {}, answer: { conversation } },
  getOrCreateConversation: {
    input: { id: 'c/1' },
    sends: 'POST /conversations/get-or-create',
    body: { id: 'c/1' },
    answer: { conversation },
  },
  getConversation: { input: { id: 'c/1' }, sends: 'GET /conversations/c%2F1', answer: { conversation } },
  deleteConversation: { input: { id: 'c\\1' }, sends: 'DELETE /conversations/c%5C1', answer: {} },
  listConversations: {
    input: { nextToken: 'a+b=', limit: 5 },
    sends: 'GET /conversations?nextToken=a%2Bb%3D&limit=5',
    answer: { conversations: [conversation], meta: {} },
  },
  listenConversation: {
    input: { id: 'c/1', onGap: 'report' },
    sends: 'GET /conversations/c%2F1/listen',
    answer: { type: 'participant_added', data: {} },
  },
  listMessages: {
    input: { conversationId: 'c/1' },
    sends: 'GET /conversations/c%2F1/messages',
    answer: { messages: [message], meta: { nextToken: 't' } },
  },
  addParticipant: {
    input: { conversationId: 'c/1', userId: 'u/2' },
    sends: 'POST /conversations/c%2F1/participants',
    body: { userId: 'u/2' },
    answer: { participant: user },
  },
  listParticipants: {
    input: { conversationId: 'c/1', limit: 1 },
    sends: 'GET /conversations/c%2F1/participants?limit=1',
    answer: { participants: [user], meta: {} },
  },
  getParticipant: {
    input: { conversationId: 'c/1', userId: 'u/2' },
    sends: 'GET /conversations/c%2F1/participants/u%2F2',
    answer: { participant: user },
  },
  removeParticipant: {
    input: { conversationId: 'c/1', userId: 'u/2' },
    sends: 'DELETE /conversations/c%2F1/participants/u%2F2',
    answer: {},
  },
  createMessage: {
    input: { conversationId: 'c/1', payload: text, metadata: { a: 1 } },
    sends: 'POST /messages',
    body: { conversationId: 'c/1', payload: text, metadata: { a: 1 } },
    answer: { message },
  },
  getMessage: { input: { id: 'm/1' }, sends: 'GET /messages/m%2F1', answer: { message } },
  deleteMessage: { input: { id: 'm/1' }, sends: 'DELETE /messages/m%2F1', answer: {} },
  createEvent: {
    input: { conversationId: 'c/1', payload: { kind: 'wave' } },
    sends: 'POST /events',
    body: { conversationId: 'c/1', payload: { kind: 'wave' } },
    answer: { event },
  },
  getEvent: { input: { id: 'e/1' }, sends: 'GET /events/e%2F1', answer: { event } },
}

type AnyMethods = Record<string, (input: object) => Promise<object>>

describe.each(Object.entries(cases))('%s', (name, { input, sends, body, answer }) => {
  test('sends what the table says, and gives the answer as it came', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(
      sends.split('?')[0] ?? '',
      name === 'listenConversation' ? stream(sse(answer)) : json(200, answer),
    )

    const given = await call(name, server.url, me as unknown as AnyMethods, input)

    expect(given).toEqual(answer)
    expect(server.requests).toMatchObject([{ method: sends.split(' ')[0], path: sends.split(' ')[1] }])
    expect(server.requests[0]?.body).toEqual(body)
    expect(server.requests[0]?.headers['x-user-key']).toBe(name === 'createUser' ? undefined : 'key-1')
  })
})

async function call(name: string, url: string, me: AnyMethods, input: object): Promise<object | undefined> {
  if (name === 'createUser') return createChat({ url }).createUser(input)
  const result = me[name]?.(input)
  if (name !== 'listenConversation') return result
  for await (const signal of result as unknown as AsyncIterable<object>) return signal
  return {}
}

test('the cases cover the table', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(operations))
})

test('an input may be left out where nothing in it is required', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on('POST /conversations', json(201, { conversation }))
  server.on('GET /conversations', json(200, { conversations: [], meta: {} }))

  expect(await me.createConversation()).toEqual({ conversation })
  expect(await me.listConversations()).toEqual({ conversations: [], meta: {} })
})

test.each(['', '.', '..'])(
  'the id %j, which would make another path, is refused and nothing sent',
  async (id) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    const error = await chatErrorOf(me.getConversation({ id }))

    expect(error).toMatchObject({
      type: 'InvalidIdentifier',
      message: 'Unable to get the conversation; "id" is not an id.',
    })
    expect(server.requests).toEqual([])
  },
)

test('what cannot be JSON is refused and nothing sent', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)

  const error = await chatErrorOf(me.createEvent({ conversationId: 'c', payload: { count: 1n } }))

  expect(error).toMatchObject({ type: 'InvalidPayload', cause: expect.any(TypeError) })
  expect(server.requests).toEqual([])
})

describe('where the server is', () => {
  test('a trailing slash of the url is irrelevant', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users', json(200, { user, key: 'k' }))

    const chat = createChat({ url: `${server.url}//` })
    await chat.createUser()

    expect(chat.url).toBe(server.url)
    expect(server.requestsTo('POST /users')).toHaveLength(1)
  })

  test('a webhook id names a bot of the hosted service', async () => {
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
