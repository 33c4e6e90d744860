import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openEventStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const origin = 'https://app.example.org'
let server: TestServer
let person: TestUser

beforeAll(async () => {
  server = await startTestServer({ logger: createRecordingLogger() })
  person = await createTestUser(server.url)
})
afterAll(() => server.close())

describe('a preflight', () => {
  test.each([
    '/hello',
    '/hello/',
    '/openapi.json',
    '/users',
    '/users/me',
    '/conversations',
    '/conversations/get-or-create',
    '/conversations/c1',
    '/conversations/c1/listen',
    '/conversations/a/b/listen',
    '/conversations/c1/participants/ada',
    '/messages/m1',
    '/events',
    '/nowhere',
    '/',
  ])('of %s is answered for the page that asks', async (path) => {
    const { status, headers, text } = await sendRequest('OPTIONS', server.url + path, {
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type,x-user-key',
      },
    })

    expect(status).toBe(204)
    expect(text).toBe('')
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(listOf(headers, 'vary')).toContain('origin')
    expect(listOf(headers, 'access-control-allow-methods')).toEqual(
      expect.arrayContaining(['get', 'post', 'put', 'delete']),
    )
    expect(listOf(headers, 'access-control-allow-headers')).toEqual(
      expect.arrayContaining(['content-type', 'x-user-key', 'last-event-id', 'idempotency-key']),
    )
  })
})

describe('an answer', () => {
  const readable = [
    'retry-after',
    'x-request-id',
    'ratelimit-limit',
    'ratelimit-remaining',
    'ratelimit-reset',
  ]
  const answers: Record<string, [method: string, path: string, outcome: string, body?: string]> = {
    'a success': ['GET', '/users/me', '200'],
    'something made': ['POST', '/conversations', '201'],
    'no key': ['GET', '/users/me', '401 Unauthorized'],
    'what is forbidden': ['GET', '/conversations/nowhere/messages', '403 Forbidden'],
    'what is unknown': ['GET', '/conversations/nowhere', '404 ResourceNotFound'],
    'an unknown route': ['GET', '/nowhere', '404 ResourceNotFound'],
    'a wrong method': ['PUT', '/users', '405 MethodNotFound'],
    'broken JSON': ['POST', '/users', '400 InvalidPayload', '{'],
    'a broken path': ['GET', '/messages/%zz', '400 InvalidIdentifier'],
    'a body that is too large': ['POST', '/users', '413 PayloadTooLarge', 'x'.repeat(1_100_000)],
  }

  test.each(Object.entries(answers))(
    'to %s may be read by the page',
    async (name, [method, path, expected, body]) => {
      const key = name === 'no key' ? undefined : person.key

      const answer = await sendRequest(method, server.url + path, { key, body, headers: { origin } })

      expect(outcome(answer)).toBe(expected)
      expectReadable(answer.headers)
    },
  )

  test('of a bot that does not exist may be read as well', async () => {
    const answer = await sendRequest('GET', `${server.origin}/nobot/hello`, { headers: { origin } })

    expect(answer.status).toBe(404)
    expectReadable(answer.headers)
  })

  test('that streams may be read as well', async () => {
    const conversationId = await createConversation(person)

    await using stream = await openEventStream(`${server.url}/conversations/${conversationId}/listen`, {
      origin,
      'x-user-key': person.key,
    })

    expect(stream.response.status).toBe(200)
    expectReadable(stream.response.headers)
  })

  test('names each page by itself, also one without an origin of its own', async () => {
    for (const other of ['http://localhost:5173', 'https://other.example.org', 'null']) {
      const { headers } = await sendRequest('GET', `${server.url}/hello`, { headers: { origin: other } })

      expect(headers.get('access-control-allow-origin')).toBe(other)
    }
  })

  test('to no page names none, and still says that it would', async () => {
    const { headers } = await sendRequest('GET', `${server.url}/hello`)

    expect(headers.has('access-control-allow-origin')).toBe(false)
    expect(listOf(headers, 'vary')).toContain('origin')
  })

  function expectReadable(headers: Headers): void {
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(listOf(headers, 'vary')).toContain('origin')
    expect(listOf(headers, 'access-control-expose-headers')).toEqual(expect.arrayContaining(readable))
    expect(headers.get('x-request-id')).toMatch(/./)
  }
})

test('an operator who names origins lets no other page read', async () => {
  await using restricted = await startTestServer({
    corsOrigins: [origin, 'http://localhost:5173/'],
    logger: createRecordingLogger(),
  })
  const allowedFor = async (asked: string, method: string) => {
    const { headers } = await sendRequest(method, `${restricted.url}/hello`, { headers: { origin: asked } })
    return headers.get('access-control-allow-origin')
  }

  for (const method of ['OPTIONS', 'GET']) {
    expect(await allowedFor(origin, method)).toBe(origin)
    expect(await allowedFor('http://localhost:5173', method)).toBe('http://localhost:5173')
    expect(await allowedFor('https://evil.example.org', method)).toBeNull()
    expect(await allowedFor(`${origin}.evil.example.org`, method)).toBeNull()
    expect(await allowedFor('null', method)).toBeNull()
  }
})

function listOf(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? '').toLowerCase().split(/, ?/)
}
