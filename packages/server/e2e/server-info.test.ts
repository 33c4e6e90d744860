import { operations, type OperationName } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createTestUser } from './raw-http/test-user.ts'
import { createTestConversation, validRequests } from './raw-http/valid-requests.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

let server: TestServer

beforeAll(async () => {
  const bots = {
    helper: { bot: { id: 'helper', name: 'Helper', pictureUrl: 'https://example.org/helper.png' } },
  }
  server = await startTestServer({ bots, logger: createRecordingLogger() })
})
afterAll(() => server.close())

describe('/hello', () => {
  test('describes the server and the bot, without a key', async () => {
    const { status, headers, body } = await sendRequest('GET', `${server.origin}/helper/hello`)

    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(body).toEqual({
      name: 'parley',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      capabilities: expect.arrayContaining(['resume', 'limit']),
      bot: { id: 'helper', name: 'Helper', pictureUrl: 'https://example.org/helper.png' },
    })
  })

  test('omits fields that the bot does not have', async () => {
    const { body } = await sendRequest('GET', `${server.url}/hello`)

    expect(body).toMatchObject({ bot: { id: 'bot_demo' } })
    expect(Object.keys((body as { bot: object }).bot)).toEqual(['id'])
  })
})

describe('/openapi.json', () => {
  interface Document {
    openapi: string
    servers: { url: string }[]
    paths: Record<string, Record<string, { operationId: string; responses: object }>>
  }

  test('lists the 21 operations with their names, without a key', async () => {
    const { status, body } = await sendRequest<Document>('GET', `${server.url}/openapi.json`)

    const listed = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
      ),
    )
    expect(status).toBe(200)
    expect(body.openapi).toMatch(/^3\.1\./)
    expect(listed.toSorted()).toEqual([
      'addParticipant POST /conversations/{conversationId}/participants',
      'createConversation POST /conversations',
      'createEvent POST /events',
      'createMessage POST /messages',
      'createUser POST /users',
      'deleteConversation DELETE /conversations/{id}',
      'deleteMessage DELETE /messages/{id}',
      'deleteUser DELETE /users/me',
      'getConversation GET /conversations/{id}',
      'getEvent GET /events/{id}',
      'getMessage GET /messages/{id}',
      'getOrCreateConversation POST /conversations/get-or-create',
      'getOrCreateUser POST /users/get-or-create',
      'getParticipant GET /conversations/{conversationId}/participants/{userId}',
      'getUser GET /users/me',
      'listConversations GET /conversations',
      'listMessages GET /conversations/{conversationId}/messages',
      'listParticipants GET /conversations/{conversationId}/participants',
      'listenConversation GET /conversations/{id}/listen',
      'removeParticipant DELETE /conversations/{conversationId}/participants/{userId}',
      'updateUser PUT /users/me',
    ])
  })

  test('has a server URL relative to its own URL', async () => {
    const { body } = await sendRequest<Document>('GET', `${server.url}/openapi.json`)

    const [{ url } = { url: '' }] = body.servers
    expect(new URL(url, `${server.url}/openapi.json`).href.replace(/\/$/, '')).toBe(server.url)
  })

  test('contains the target of every reference', async () => {
    const { body, text } = await sendRequest<Document>('GET', `${server.url}/openapi.json`)

    const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path))
    const missing = [...references].filter((path) => resolve(body, path.split('/')) === undefined)
    expect(references.size).toBeGreaterThan(30)
    expect(missing).toEqual([])
  })
})

describe('paths can have extra slashes:', () => {
  const names = Object.keys(operations) as OperationName[]

  test.each(names)('%s', async (name) => {
    const conversation = await createTestConversation(server.url)
    const { method, path, body } = validRequests[name](conversation)
    const caller = name === 'deleteMessage' ? conversation.sender : conversation.owner

    const response = await sendRequest(method, `${server.url}${path}/`, { key: caller.key, body })

    expect(outcome(response)).toBe(String(operations[name].status))
  })

  test.each(['/hello/', '/openapi.json/', '//hello', '//hello/', '//openapi.json'])('%s', async (path) => {
    expect(outcome(await sendRequest('GET', server.url + path))).toBe('200')
  })

  test('before a query, and at the end of the base URL', async () => {
    const { owner } = await createTestConversation(server.url)

    expect(outcome(await owner.get('/conversations/?limit=1'))).toBe('200')
    expect(outcome(await owner.get('//conversations?limit=1'))).toBe('200')
    expect(outcome(await owner.get('//users/me'))).toBe('200')
  })
})

test('HEAD responds like GET, without the body', async () => {
  const user = await createTestUser(server.url)

  for (const path of ['/hello', '/openapi.json', '/users/me', '/conversations', '/conversations/nowhere']) {
    const get = await user.get(path)
    const head = await sendRequest('HEAD', server.url + path, { key: user.key })

    expect(head).toMatchObject({ status: get.status, text: '' })
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
  }
})

function resolve(value: unknown, [key, ...path]: string[]): unknown {
  return key === undefined ? value : resolve((value as Record<string, unknown> | undefined)?.[key], path)
}
