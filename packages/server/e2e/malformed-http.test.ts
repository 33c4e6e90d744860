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
  ])('that no one knows is not found: %s', async (path) => {
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
  ])('that no bot has is not found: %j', async (path) => {
    expect(outcome(await sendRequest('GET', server.origin + path, { key: ada.key }))).toBe(
      '404 ResourceNotFound',
    )
  })

  test('that no one knows is not found whatever the body', async () => {
    const path = `${server.url}/nowhere`
    const asText = { body: 'x', headers: { 'content-type': 'text/plain' } }

    expect(outcome(await sendRequest('POST', path, { body: '{' }))).toBe('404 ResourceNotFound')
    expect(outcome(await sendRequest('POST', path, asText))).toBe('404 ResourceNotFound')
    expect(outcome(await sendRequest('POST', `${server.origin}/nobot/users`, asText))).toBe(
      '404 ResourceNotFound',
    )
  })
})

describe('a wrong method', () => {
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
  const answeredApart = ['CONNECT', 'HEAD', 'OPTIONS']

  test.each(Object.entries(allowed))('on %s is told which ones are right', async (path, right) => {
    const wrong = METHODS.filter((method) => !right.includes(method) && !answeredApart.includes(method))

    const answers = await Promise.all(wrong.map((method) => rawRequest(method, path)))

    expect(answers.map(outcome)).toEqual(wrong.map(() => '405 MethodNotFound'))
    expect(answers.map(({ headers }) => headers.get('allow')?.split(', ').sort())).toEqual(
      wrong.map(() => right),
    )
  })

  test('is HEAD where GET streams or does not exist', async () => {
    expect(await rawRequest('HEAD', '/conversations/c1/listen')).toMatchObject({ status: 405, text: '' })
    expect(await rawRequest('HEAD', '/users')).toMatchObject({ status: 405, text: '' })
  })

  test('is CONNECT everywhere', async () => {
    const answer = await sendBytes(
      server.origin,
      'CONNECT example.org:443 HTTP/1.1\r\nhost: example.org\r\n\r\n',
    )

    expect(outcome(answer)).toBe('404 ResourceNotFound')
  })
})

test('a conversation may be called get-or-create', async () => {
  await ada.post('/conversations', { id: 'get-or-create' })

  const found = await ada.get('/conversations/get-or-create')
  const head = await sendRequest('HEAD', `${server.url}/conversations/get-or-create`, { key: ada.key })
  const deleted = await ada.delete('/conversations/get-or-create')
  const gone = await ada.get('/conversations/get-or-create')

  expect(found).toMatchObject({ status: 200, body: { conversation: { id: 'get-or-create' } } })
  expect(head.status).toBe(200)
  expect(outcome(deleted)).toBe('200')
  expect(outcome(gone)).toBe('404 ResourceNotFound')
})

describe('a conversation whose id ends in /participants', () => {
  test('is listened to with raw slashes by who asks for a stream', async () => {
    await ada.post('/conversations', { id: 'a/participants' })
    await ada.post('/conversations', { id: 'a' })
    const path = `${server.url}/conversations/a/participants/listen`

    for (const url of [path, `${path}/`, path.replace('/demo/', '/demo//')]) {
      const accept = { accept: 'text/event-stream' }
      const answer = await sendRequest('GET', url, { key: ada.key, headers: accept })

      expect(answer.headers.get('content-type')).toContain('text/event-stream')
    }
  })

  test('is not meant by who asks for the participant listen', async () => {
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

  test('a stream behind other requests opens and goes on', async () => {
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

  test('what is no HTTP is refused after the answer that is pending', async () => {
    using connection = openConnection()

    connection.write(`${createUser('bea')}hello\r\n\r\n`)
    await connection.closed

    expect(connection.statuses()).toEqual(['201', '400'])
  })

  test('what is no HTTP ends a stream without a word', async () => {
    await ada.post('/conversations', { id: 'shared' })
    using connection = openConnection()
    connection.write(listen())
    await connection.until('event: ready')

    connection.write('hello\r\n\r\n')
    await connection.closed

    expect(connection.statuses()).toEqual(['200'])
  })
})

describe('what is not valid HTTP is refused in the error shape:', () => {
  const host = `host: x\r\nconnection: close\r\nx-user-key: `
  const malformed: Record<string, [bytes: string, outcome: string]> = {
    'no HTTP at all': ['hello\r\n\r\n', '400 InvalidDataFormat'],
    'no path': ['GET HTTP/1.1\r\n\r\n', '400 InvalidDataFormat'],
    'a method that does not exist': [`BREW /demo/users HTTP/1.1\r\n${host}\r\n\r\n`, '400 InvalidDataFormat'],
    'a version that does not exist': [
      `GET /demo/users/me HTTP/9.9\r\n${host}\r\n\r\n`,
      '400 InvalidDataFormat',
    ],
    'a header without a name': [
      `GET /demo/users/me HTTP/1.1\r\n: x\r\n${host}\r\n\r\n`,
      '400 InvalidDataFormat',
    ],
    'a header with a NUL': [
      `GET /demo/users/me HTTP/1.1\r\na: \0\r\n${host}\r\n\r\n`,
      '400 InvalidDataFormat',
    ],
    'two lengths': [
      `POST /demo/users HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n${host}\r\n\r\n{}`,
      '400 InvalidDataFormat',
    ],
    'a length that is none': [
      `POST /demo/users HTTP/1.1\r\ncontent-length: two\r\n${host}\r\n\r\n{}`,
      '400 InvalidDataFormat',
    ],
    'a length of a chunked body': [
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
    'an address of 20 kB': [
      `GET /demo/${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n\r\n`,
      '413 LimitExceeded',
    ],
    'a path of raw bytes': [`GET /demo/users/ü HTTP/1.1\r\n${host}\r\n\r\n`, '400 InvalidDataFormat'],
    'a star for a path': [`GET * HTTP/1.1\r\n${host}\r\n\r\n`, '404 ResourceNotFound'],
  }

  test.each(Object.entries(malformed))('%s', async (_, [bytes, expected]) => {
    const answer = await sendBytes(server.origin, bytes)

    expect(outcome(answer)).toBe(expected)
  })

  test('its id stands in the log', async () => {
    const { body } = await sendBytes(server.origin, 'hello\r\n\r\n')

    expect(logger.entries).toContainEqual(expect.objectContaining({ errorId: (body as { id: string }).id }))
  })
})

describe('what is unusual but valid is answered:', () => {
  test('an expectation that no one has heard of', async () => {
    const answer = await sendBytes(
      server.origin,
      'GET /demo/hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: miracles\r\n\r\n',
    )

    expect(outcome(answer)).toBe('200')
  })

  test('a whole URL for a path', async () => {
    const answer = await sendBytes(
      server.origin,
      'GET http://x/demo/hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    )

    expect(outcome(answer)).toBe('200')
  })

  test('HTTP 1.0 without a host', async () => {
    const answer = await sendBytes(server.origin, 'GET /demo/hello HTTP/1.0\r\n\r\n')

    expect(outcome(answer)).toBe('200')
  })

  test('a body in chunks, cut in the middle of a letter', async () => {
    const json = Buffer.from('{"name":"Zoë"}')
    const cut = json.indexOf(0xab)

    const answer = await rawUpdate(json.subarray(0, cut), json.subarray(cut))

    expect(answer).toMatchObject({ status: 200, body: { user: { name: 'Zoë' } } })
  })

  test('but not a body whose bytes are no letters', async () => {
    const answer = await rawUpdate(Buffer.from([...Buffer.from('{"name":"'), 0xff, ...Buffer.from('"}')]))

    expect(outcome(answer)).toBe('400 InvalidPayload')
  })

  test('a body in chunks that never says how long it is, up to 1 MiB', async () => {
    const pieces = ['{"name":"', ...Array.from({ length: 17 }, () => 'x'.repeat(65_536)), '"}']
    const request = {
      method: 'PUT',
      headers: { 'x-user-key': ada.key, 'content-type': 'application/json' },
      body: new Blob(pieces).stream(),
      duplex: 'half',
    }

    const response = await fetch(`${server.url}/users/me`, request)

    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 413, type: 'PayloadTooLarge' })
  })
})

test('a caller who hangs up in the middle harms nobody', async () => {
  const head =
    'POST /demo/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n'
  await Promise.all(
    ['', 'GET /demo', head, `${head}{"id":`].map((bytes) =>
      sendBytes(server.origin, bytes, { closeAfterWrite: true }),
    ),
  )

  const answer = await sendRequest('GET', `${server.url}/hello`)

  expect(outcome(answer)).toBe('200')
  expect(logger.errors).toEqual([])
})

function createUser(id: string): string {
  const body = JSON.stringify({ id })
  return `POST /demo/users HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/** A connection that is written to as it is, and whose bytes are all kept. */
function openConnection() {
  const { hostname, port } = new URL(server.origin)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  return {
    write: (bytes: string) => socket.write(bytes),
    until: (part: string) => expect.poll(() => text).toContain(part),
    closed: once(socket, 'close'),
    statuses: () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    [Symbol.dispose]: () => {
      socket.destroy()
    },
  }
}

function rawRequest(method: string, path: string) {
  return sendBytes(server.origin, `${method} /demo${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
}

/** Changes the user by a body in these chunks. */
function rawUpdate(...chunks: Buffer[]) {
  const parts = [
    `PUT /demo/users/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-user-key: ${ada.key}\r\n`,
    'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    ...chunks.flatMap((bytes) => [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n']),
    '0\r\n\r\n',
  ]
  return sendBytes(server.origin, Buffer.concat(parts.map((part) => Buffer.from(part))))
}
