import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openEventStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const origin = 'https://app.example.org'
let server: TestServer
let user: TestUser

beforeAll(async () => {
  server = await startTestServer({ logger: createRecordingLogger() })
  user = await createTestUser(server.url)
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
  ])('for %s allows the origin of the page', async (path) => {
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
    expect(headerValues(headers, 'vary')).toContain('origin')
    expect(headerValues(headers, 'access-control-allow-methods')).toEqual(
      expect.arrayContaining(['get', 'post', 'put', 'delete']),
    )
    expect(headerValues(headers, 'access-control-allow-headers')).toEqual(
      expect.arrayContaining(['content-type', 'x-user-key', 'last-event-id', 'idempotency-key']),
    )
  })
})

describe('the response', () => {
  const readable = [
    'retry-after',
    'x-request-id',
    'ratelimit-limit',
    'ratelimit-remaining',
    'ratelimit-reset',
  ]
  const requests: Record<string, [method: string, path: string, outcome: string, body?: string]> = {
    'a success': ['GET', '/users/me', '200'],
    'a creation': ['POST', '/conversations', '201'],
    'a request without a key': ['GET', '/users/me', '401 Unauthorized'],
    'a forbidden request': ['GET', '/conversations/nowhere/messages', '403 Forbidden'],
    'an unknown conversation': ['GET', '/conversations/nowhere', '404 ResourceNotFound'],
    'an unknown route': ['GET', '/nowhere', '404 ResourceNotFound'],
    'a wrong method': ['PUT', '/users', '405 MethodNotFound'],
    'broken JSON': ['POST', '/users', '400 InvalidPayload', '{'],
    'a broken path': ['GET', '/messages/%zz', '400 InvalidIdentifier'],
    'a body that is too large': ['POST', '/users', '413 PayloadTooLarge', 'x'.repeat(1_100_000)],
  }

  test.each(Object.entries(requests))(
    'to %s is readable by the page',
    async (name, [method, path, expected, body]) => {
      const key = name === 'a request without a key' ? undefined : user.key

      const response = await sendRequest(method, server.url + path, { key, body, headers: { origin } })

      expect(outcome(response)).toBe(expected)
      expectReadable(response.headers)
    },
  )

  test('for a bot that does not exist is readable by the page', async () => {
    const response = await sendRequest('GET', `${server.origin}/nobot/hello`, { headers: { origin } })

    expect(response.status).toBe(404)
    expectReadable(response.headers)
  })

  test('of a stream is readable by the page', async () => {
    const conversationId = await createConversation(user)

    await using stream = await openEventStream(`${server.url}/conversations/${conversationId}/listen`, {
      origin,
      'x-user-key': user.key,
    })

    expect(stream.response.status).toBe(200)
    expectReadable(stream.response.headers)
  })

  test('contains the origin of the page, even if it is opaque', async () => {
    for (const pageOrigin of ['http://localhost:5173', 'https://other.example.org', 'null']) {
      const { headers } = await sendRequest('GET', `${server.url}/hello`, { headers: { origin: pageOrigin } })

      expect(headers.get('access-control-allow-origin')).toBe(pageOrigin)
    }
  })

  test('to a request without an origin contains no origin, but varies by origin', async () => {
    const { headers } = await sendRequest('GET', `${server.url}/hello`)

    expect(headers.has('access-control-allow-origin')).toBe(false)
    expect(headerValues(headers, 'vary')).toContain('origin')
  })

  function expectReadable(headers: Headers): void {
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headerValues(headers, 'vary')).toContain('origin')
    expect(headerValues(headers, 'access-control-expose-headers')).toEqual(expect.arrayContaining(readable))
    expect(headers.get('x-request-id')).toMatch(/./)
  }
})

test('if the server has a list of origins, other pages cannot read its responses', async () => {
  await using restricted = await startTestServer({
    corsOrigins: [origin, 'http://localhost:5173/'],
    logger: createRecordingLogger(),
  })
  const allowedFor = async (requestOrigin: string, method: string) => {
    const { headers } = await sendRequest(method, `${restricted.url}/hello`, {
      headers: { origin: requestOrigin },
    })
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

function headerValues(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? '').toLowerCase().split(/, ?/)
}
