import { operations, type OperationName } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendBytes } from './raw-http/send-bytes.ts'
import { sendRequest, type ReceivedResponse } from './raw-http/send-request.ts'
import { createTestUser } from './raw-http/test-user.ts'
import { createTestConversation, validRequests, type TestConversation } from './raw-http/valid-requests.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const names = Object.keys(operations) as OperationName[]
let server: TestServer
let conversation: TestConversation

beforeAll(async () => {
  server = await startTestServer({ logger: createRecordingLogger() })
  conversation = await createTestConversation(server.url)
})
afterAll(() => server.close())

describe('responses have no-store:', () => {
  test.each(names)('%s', async (name) => {
    const fresh = await createTestConversation(server.url)
    const { method, path, body } = validRequests[name](fresh)
    const caller =
      { deleteMessage: fresh.sender, deleteUser: fresh.nonParticipant }[name as string] ?? fresh.owner
    const key = name === 'createUser' ? undefined : caller.key

    const response = await sendRequest(method, server.url + path, { key, body })

    expect(outcome(response)).toMatch(/^20[01]$/)
    expect(cacheDirectives(response)).toContain('no-store')
  })

  test.each(names.filter((name) => operations[name].method === 'GET' && name !== 'listenConversation'))(
    'HEAD of %s',
    async (name) => {
      const { path } = validRequests[name](conversation)
      const key =
        name === 'getEvent' || name === 'getMessage' ? conversation.sender.key : conversation.owner.key

      const response = await sendRequest('HEAD', server.url + path, { key })

      expect(response.status).toBe(200)
      expect(cacheDirectives(response)).toContain('no-store')
    },
  )

  test.each(names.filter((name) => operations[name].access !== 'anyone'))(
    '%s without a key',
    async (name) => {
      const { method, path, body } = validRequests[name](conversation)

      const response = await sendRequest(method, server.url + path, { body })

      expect(outcome(response)).toBe('401 Unauthorized')
      expect(cacheDirectives(response)).toContain('no-store')
    },
  )

  test.each(['/hello', '/openapi.json'])('server information at %s', async (path) => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const response = await sendRequest(method, server.url + path)

      expect(response.status).toBe(method === 'OPTIONS' ? 204 : 200)
      expect(cacheDirectives(response)).toContain('no-store')
    }
  })

  test('extensions', async () => {
    const { owner, conversationId } = conversation

    const typing = await owner.put(`/conversations/${conversationId}/typing`)
    const stop = await owner.post(`/conversations/${conversationId}/stop`)
    const stream = await owner.get('/users/me/listen')

    expect([typing.status, stop.status, stream.status]).toEqual([204, 204, 200])
    expect(cacheDirectives(typing)).toContain('no-store')
    expect(cacheDirectives(stop)).toContain('no-store')
    expect(cacheDirectives(stream)).toContain('no-store')
  })

  test('streams, which also have no-transform', async () => {
    const stream = await conversation.owner.get(`/conversations/${conversation.conversationId}/listen`)

    expect(cacheDirectives(stream)).toEqual(['no-store', 'no-transform'])
  })

  const large = 'x'.repeat(1_100_000)
  const failures: Record<string, [method: string, path: string, outcome: string, body?: string]> = {
    'an unknown route': ['GET', '/nowhere', '404 ResourceNotFound'],
    'an unknown conversation': ['GET', '/conversations/nowhere', '404 ResourceNotFound'],
    'a forbidden conversation': ['GET', '/conversations/nowhere/messages', '403 Forbidden'],
    'a wrong method': ['PUT', '/users', '405 MethodNotFound'],
    'a taken id': ['POST', '/conversations', '409 AlreadyExists', '{"id":"taken"}'],
    'broken JSON': ['POST', '/conversations', '400 InvalidPayload', '{'],
    'an invalid page token': ['GET', '/conversations?nextToken=x', '400 InvalidQuery'],
    'a broken path': ['GET', '/messages/%zz', '400 InvalidIdentifier'],
    'a body that is too large': ['POST', '/messages', '413 PayloadTooLarge', large],
  }
  test.each(Object.entries(failures))('%s', async (_, [method, path, expected, body]) => {
    await conversation.owner.post('/conversations', { id: 'taken' })

    const response = await sendRequest(method, server.url + path, { key: conversation.owner.key, body })

    expect(outcome(response)).toBe(expected)
    expect(cacheDirectives(response)).toContain('no-store')
  })

  test('a bot that does not exist', async () => {
    const response = await sendRequest('GET', `${server.origin}/nobot/users/me`, {
      key: conversation.owner.key,
    })

    expect(outcome(response)).toBe('404 ResourceNotFound')
    expect(cacheDirectives(response)).toContain('no-store')
  })

  test('a content type that is not JSON', async () => {
    const headers = { 'content-type': 'text/plain' }

    const response = await sendRequest('POST', `${server.url}/users`, { body: 'x', headers })

    expect(outcome(response)).toBe('415 UnsupportedMediaType')
    expect(cacheDirectives(response)).toContain('no-store')
  })

  test('a deleted user', async () => {
    const user = await createTestUser(server.url)
    await user.delete('/users/me')

    const response = await user.get('/users/me')

    expect(outcome(response)).toBe('404 ResourceNotFound')
    expect(cacheDirectives(response)).toContain('no-store')
  })

  test.each([
    ['input that is not HTTP', 'hello\r\n\r\n', '400 InvalidDataFormat'],
    ['CONNECT', 'CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n', '404 ResourceNotFound'],
    ['no host', 'GET /demo/hello HTTP/1.1\r\nconnection: close\r\n\r\n', '400 InvalidDataFormat'],
    [
      'headers that are too long',
      `GET /demo/hello HTTP/1.1\r\nhost: x\r\na: ${'a'.repeat(20_000)}\r\n\r\n`,
      '413 LimitExceeded',
    ],
  ])('%s', async (_, bytes, expected) => {
    const response = await sendBytes(server.origin, bytes)

    expect(outcome(response)).toBe(expected)
    expect(cacheDirectives(response)).toContain('no-store')
  })

  test('a server that is stopping', async () => {
    await using stopping = await startTestServer({ logger: createRecordingLogger() })
    const user = await createTestUser(stopping.url)
    await stopping.chat.close()

    const response = await user.get('/users/me')

    expect(outcome(response)).toBe('503 Unavailable')
    expect(cacheDirectives(response)).toContain('no-store')
  })
})

function cacheDirectives({ headers }: ReceivedResponse): string[] {
  return (headers.get('cache-control') ?? '').split(/, */)
}
