import { once } from 'node:events'
import { METHODS } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendBytes } from './raw-http/send-bytes.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const logger = createRecordingLogger()
let server: TestServer
let ada: TestUser

beforeAll(async () => {
  server = await startTestServer({ logger })
  ada = await createTestUser(server.url, { id: 'ada' })
})
afterAll(() => server.close())

describe('a route', () => {
  test.each([
    '/',
    '/nowhere',
    '/users/other',
    '/users/me/friends',
    '/Users/me',
    '/conversations/c1/friends',
    '/conversations/a/b',
    '/conversations/a/b/listening',
    '/hello/world',
    '/openapi.yaml',
    '/..',
  ])('that is unknown is not found: %s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE', 'PROPFIND']) {
      expect(outcome(await sendRequest(method, server.url + path, { key: ada.key }))).toBe(
        '404 ResourceNotFound',
      )
    }
  })

  test.each([
    '',
    '/',
    '/nobot',
    '/nobot/hello',
    '/nobot/users/me',
    '/demo2/hello',
    '/DEMO/hello',
    '/__proto__/hello',
    '/constructor/users/me',
  ])('of an unknown bot is not found: %j', async (path) => {
    expect(outcome(await sendRequest('GET', server.origin + path, { key: ada.key }))).toBe(
      '404 ResourceNotFound',
    )
  })

  test('that is unknown is not found, whatever the body', async () => {
    const path = `${server.url}/nowhere`
    const textBody = { body: 'x', headers: { 'content-type': 'text/plain' } }

    expect(outcome(await sendRequest('POST', path, { body: '{' }))).toBe('404 ResourceNotFound')
    expect(outcome(await sendRequest('POST', path, textBody))).toBe('404 ResourceNotFound')
    expect(outcome(await sendRequest('POST', `${server.origin}/nobot/users`, textBody))).toBe(
      '404 ResourceNotFound',
    )
  })
})

describe('an unsupported method', () => {
  const allowed = {
    '/users': ['POST'],
    '/users/get-or-create': ['POST'],
    '/users/me': ['DELETE', 'GET', 'PUT'],
    '/conversations': ['GET', 'POST'],
    '/conversations/get-or-create': ['DELETE', 'GET', 'POST'],
    '/conversations/c1': ['DELETE', 'GET'],
    '/conversations/c1/listen': ['GET'],
    '/conversations/a/b/listen': ['GET'],
    '/conversations/c1/messages': ['GET'],
    '/conversations/c1/participants': ['GET', 'POST'],
    '/conversations/c1/participants/ada': ['DELETE', 'GET'],
    '/messages': ['POST'],
    '/messages/m1': ['DELETE', 'GET'],
    '/events': ['POST'],
    '/events/e1': ['GET'],
    '/hello': ['GET'],
    '/openapi.json': ['GET'],
  }
  const handledSeparately = ['CONNECT', 'HEAD', 'OPTIONS']

  test.each(Object.entries(allowed))(
    'on %s gets the list of allowed methods',
    async (path, allowedMethods) => {
      const unsupported = METHODS.filter(
        (method) => !allowedMethods.includes(method) && !handledSeparately.includes(method),
      )

      const responses = await Promise.all(unsupported.map((method) => sendRawRequest(method, path)))

      expect(responses.map(outcome)).toEqual(unsupported.map(() => '405 MethodNotFound'))
      expect(responses.map(({ headers }) => headers.get('allow')?.split(', ').sort())).toEqual(
        unsupported.map(() => allowedMethods),
      )
    },
  )

  test('is HEAD if GET is a stream or does not exist', async () => {
    expect(await sendRawRequest('HEAD', '/conversations/c1/listen')).toMatchObject({ status: 405, text: '' })
    expect(await sendRawRequest('HEAD', '/users')).toMatchObject({ status: 405, text: '' })
  })

  test('is CONNECT on any target', async () => {
    const response = await sendBytes(
      server.origin,
      'CONNECT example.org:443 HTTP/1.1\r\nhost: example.org\r\n\r\n',
    )

    expect(outcome(response)).toBe('404 ResourceNotFound')
  })
})

test('a conversation can have the id get-or-create', async () => {
  await ada.post('/conversations', { id: 'get-or-create' })

  const found = await ada.get('/conversations/get-or-create')
  const head = await sendRequest('HEAD', `${server.url}/conversations/get-or-create`, { key: ada.key })
  const deleted = await ada.delete('/conversations/get-or-create')
  const afterDeletion = await ada.get('/conversations/get-or-create')

  expect(found).toMatchObject({ status: 200, body: { conversation: { id: 'get-or-create' } } })
  expect(head.status).toBe(200)
  expect(outcome(deleted)).toBe('200')
  expect(outcome(afterDeletion)).toBe('404 ResourceNotFound')
})

describe('a conversation whose id ends in /participants', () => {
  test('can be listened to with raw slashes if the request accepts a stream', async () => {
    await ada.post('/conversations', { id: 'a/participants' })
    await ada.post('/conversations', { id: 'a' })
    const path = `${server.url}/conversations/a/participants/listen`

    for (const url of [path, `${path}/`, path.replace('/demo/', '/demo//')]) {
      const accept = { accept: 'text/event-stream' }
      const response = await sendRequest('GET', url, { key: ada.key, headers: accept })

      expect(response.headers.get('content-type')).toContain('text/event-stream')
    }
  })

  test('is not used by a request for the participant listen', async () => {
    const before = await ada.get('/conversations/a/participants/listen')
    await createTestUser(server.url, { id: 'listen' })
    await ada.post('/conversations/a/participants', { userId: 'listen' })
    const after = await ada.get('/conversations/a/participants/listen')

    expect(outcome(before)).toBe('404 ResourceNotFound')
    expect(after).toMatchObject({ status: 200, body: { participant: { id: 'listen' } } })
  })
})

describe('on one connection', () => {
  const listen = () =>
    `GET /demo/conversations/shared/listen HTTP/1.1\r\nhost: x\r\nlast-event-id: none\r\nx-user-key: ${ada.key}\r\n\r\n`
  const hello = 'GET /demo/hello HTTP/1.1\r\nhost: x\r\n\r\n'

  test('a stream after other requests opens and continues', async () => {
    await ada.post('/conversations', { id: 'shared' })
    using connection = openConnection()

    connection.write(`${hello}${createUser('eve')}${listen()}`)
    await connection.until('event: ready')
    await sendText(ada, 'shared', 'one')
    await connection.until('"text":"one"')
    await sendText(ada, 'shared', 'two')
    await connection.until('"text":"two"')

    expect(connection.statuses()).toEqual(['200', '201', '200'])
  })

  test('input that is not HTTP is rejected after the pending response', async () => {
    using connection = openConnection()

    connection.write(`${createUser('bea')}hello\r\n\r\n`)
    await connection.closed

    expect(connection.statuses()).toEqual(['201', '400'])
  })

  test('input that is not HTTP ends a stream without a response', async () => {
    await ada.post('/conversations', { id: 'shared' })
    using connection = openConnection()
    connection.write(listen())
    await connection.until('event: ready')

    connection.write('hello\r\n\r\n')
    await connection.closed

    expect(connection.statuses()).toEqual(['200'])
  })
})

describe('invalid HTTP is rejected with a valid error:', () => {
  const host = `host: x\r\nconnection: close\r\nx-user-key: `
  const malformed: Record<string, [bytes: string, outcome: string]> = {
    'no HTTP': ['hello\r\n\r\n', '400 InvalidDataFormat'],
    'no path': ['GET HTTP/1.1\r\n\r\n', '400 InvalidDataFormat'],
    'an unknown method': [`BREW /demo/users HTTP/1.1\r\n${host}\r\n\r\n`, '400 InvalidDataFormat'],
    'an unknown version': [`GET /demo/users/me HTTP/9.9\r\n${host}\r\n\r\n`, '400 InvalidDataFormat'],
    'a header without a name': [
      `GET /demo/users/me HTTP/1.1\r\n: x\r\n${host}\r\n\r\n`,
      '400 InvalidDataFormat',
    ],
    'a header with a NUL': [
      `GET /demo/users/me HTTP/1.1\r\na: \0\r\n${host}\r\n\r\n`,
      '400 InvalidDataFormat',
    ],
    'two content lengths': [
      `POST /demo/users HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n${host}\r\n\r\n{}`,
      '400 InvalidDataFormat',
    ],
    'an invalid content length': [
      `POST /demo/users HTTP/1.1\r\ncontent-length: two\r\n${host}\r\n\r\n{}`,
      '400 InvalidDataFormat',
    ],
    'a content length and a chunked body': [
      `POST /demo/users HTTP/1.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n${host}\r\n\r\n`,
      '400 InvalidDataFormat',
    ],
    'a chunk without a size': [
      `POST /demo/users HTTP/1.1\r\ntransfer-encoding: chunked\r\n${host}\r\n\r\nZZ\r\n`,
      '400 InvalidDataFormat',
    ],
    'no host': ['GET /demo/hello HTTP/1.1\r\nconnection: close\r\n\r\n', '400 InvalidDataFormat'],
    'two hosts': [`GET /demo/hello HTTP/1.1\r\nHost: y\r\n${host}\r\n\r\n`, '400 InvalidDataFormat'],
    'two hosts over HTTP/1.0': [
      'GET /demo/hello HTTP/1.0\r\nhost: y\r\nhost: y\r\n\r\n',
      '400 InvalidDataFormat',
    ],
    'a header of 20 kB': [
      `GET /demo/hello HTTP/1.1\r\n${host}${'k'.repeat(20_000)}\r\n\r\n`,
      '413 LimitExceeded',
    ],
    'a URL of 20 kB': [`GET /demo/${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n\r\n`, '413 LimitExceeded'],
    'a path with raw non-ASCII bytes': [
      `GET /demo/users/ü HTTP/1.1\r\n${host}\r\n\r\n`,
      '400 InvalidDataFormat',
    ],
    'a star as the path': [`GET * HTTP/1.1\r\n${host}\r\n\r\n`, '404 ResourceNotFound'],
  }

  test.each(Object.entries(malformed))('%s', async (_, [bytes, expected]) => {
    const response = await sendBytes(server.origin, bytes)

    expect(outcome(response)).toBe(expected)
  })

  test('the id of the error is in the log', async () => {
    const { body } = await sendBytes(server.origin, 'hello\r\n\r\n')

    expect(logger.entries).toContainEqual(expect.objectContaining({ errorId: (body as { id: string }).id }))
  })
})

describe('unusual HTTP:', () => {
  test('an unknown expectation is ignored', async () => {
    const response = await sendBytes(
      server.origin,
      'GET /demo/hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: unknown\r\n\r\n',
    )

    expect(outcome(response)).toBe('200')
  })

  test('a complete URL is accepted as the path', async () => {
    const response = await sendBytes(
      server.origin,
      'GET http://x/demo/hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    )

    expect(outcome(response)).toBe('200')
  })

  test('HTTP/1.0 is accepted without a host', async () => {
    const response = await sendBytes(server.origin, 'GET /demo/hello HTTP/1.0\r\n\r\n')

    expect(outcome(response)).toBe('200')
  })

  test('a chunked body can be split in the middle of a character', async () => {
    const json = Buffer.from('{"name":"Zoë"}')
    const splitAt = json.indexOf(0xab)

    const response = await sendChunkedUpdate(json.subarray(0, splitAt), json.subarray(splitAt))

    expect(response).toMatchObject({ status: 200, body: { user: { name: 'Zoë' } } })
  })

  test('a body that is not UTF-8 is rejected', async () => {
    const response = await sendChunkedUpdate(
      Buffer.from([...Buffer.from('{"name":"'), 0xff, ...Buffer.from('"}')]),
    )

    expect(outcome(response)).toBe('400 InvalidPayload')
  })

  test('a chunked body without a length is limited to 1 MiB', async () => {
    const chunks = ['{"name":"', ...Array.from({ length: 17 }, () => 'x'.repeat(65_536)), '"}']
    const request = {
      method: 'PUT',
      headers: { 'x-user-key': ada.key, 'content-type': 'application/json' },
      body: new Blob(chunks).stream(),
      duplex: 'half',
    }

    const response = await fetch(`${server.url}/users/me`, request)

    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 413, type: 'PayloadTooLarge' })
  })
})

test('a client that disconnects during a request does not affect others', async () => {
  const head =
    'POST /demo/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n'
  await Promise.all(
    ['', 'GET /demo', head, `${head}{"id":`].map((bytes) =>
      sendBytes(server.origin, bytes, { closeAfterWrite: true }),
    ),
  )

  const response = await sendRequest('GET', `${server.url}/hello`)

  expect(outcome(response)).toBe('200')
  expect(logger.errors).toEqual([])
})

function createUser(id: string): string {
  const body = JSON.stringify({ id })
  return `POST /demo/users HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/** A connection that sends raw bytes and records all received bytes. */
function openConnection() {
  const { hostname, port } = new URL(server.origin)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  return {
    write: (bytes: string) => socket.write(bytes),
    until: (expected: string) => expect.poll(() => text).toContain(expected),
    closed: once(socket, 'close'),
    statuses: () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    [Symbol.dispose]: () => {
      socket.destroy()
    },
  }
}

function sendRawRequest(method: string, path: string) {
  return sendBytes(server.origin, `${method} /demo${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
}

/** Updates the user with a chunked body. */
function sendChunkedUpdate(...chunks: Buffer[]) {
  const parts = [
    `PUT /demo/users/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-user-key: ${ada.key}\r\n`,
    'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    ...chunks.flatMap((bytes) => [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n']),
    '0\r\n\r\n',
  ]
  return sendBytes(server.origin, Buffer.concat(parts.map((part) => Buffer.from(part))))
}
