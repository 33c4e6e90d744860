import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const kibibyte = 1024
let server: TestServer
let ada: TestUser

beforeAll(async () => {
  server = await startTestServer({ logger: createRecordingLogger() })
  ada = await createTestUser(server.url)
})
afterAll(() => server.close())

interface UnfinishedRequest {
  readonly socket: Socket
  readonly received: () => string
}

/** Sends the headers of a request, and the first `sent` bytes of its body. */
async function beginRequest(
  path: string,
  {
    length,
    sent = 0,
    headers = '',
    origin = server.origin,
  }: Record<'length', number> & {
    sent?: number
    headers?: string
    origin?: string
  },
): Promise<UnfinishedRequest> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(`POST /demo${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n${headers}\r\n`)
  if (sent > 0) await new Promise((resolve) => socket.write(Buffer.alloc(sent, 0x20), resolve))
  return { socket, received: () => text }
}

const receivedStatus = ({ received }: UnfinishedRequest) => /HTTP\/1\.1 (\d+)/.exec(received())?.[1]

describe('incomplete bodies', () => {
  test('of clients without a key use at most 16 MiB, and clients with a key are still served', async () => {
    const conversationId = await createConversation(ada)
    const limit = 64 * kibibyte
    const requests: UnfinishedRequest[] = []

    for (let index = 0; index < 300; index++) {
      requests.push(await beginRequest('/users', { length: limit, sent: limit - 1 }))
    }
    await expect.poll(() => requests.filter((request) => receivedStatus(request) === '503').length).toBe(44)
    const rejected = requests.find((request) => receivedStatus(request) === '503')
    const withoutKey = await sendRequest('POST', `${server.url}/users`, { body: {} })
    const message = await sendText(ada, conversationId, 'Hello')
    for (const { socket } of requests) socket.destroy()

    expect(rejected?.received()).toMatch(/retry-after: 1\r\n/)
    expect(rejected?.received()).toMatch(/"type":"Unavailable"/)
    expect(outcome(withoutKey)).toBe('503 Unavailable')
    expect(message.payload).toEqual({ type: 'text', text: 'Hello' })
    await expect
      .poll(async () => outcome(await sendRequest('POST', `${server.url}/users`, { body: {} })))
      .toBe('201')
  })

  test('of one user use at most 8 MiB, and other users are still served', async () => {
    const bob = await createTestUser(server.url)
    const conversationId = await createConversation(bob)
    const limit = 1024 * kibibyte
    const headers = `x-user-key: ${ada.key}\r\n`
    const requests: UnfinishedRequest[] = []

    for (let index = 0; index < 10; index++) {
      requests.push(await beginRequest('/messages', { length: limit, sent: limit - 1, headers }))
    }
    await expect.poll(() => requests.filter((request) => receivedStatus(request) === '429').length).toBe(2)
    const message = await sendText(bob, conversationId, 'Hello')
    for (const { socket } of requests) socket.destroy()

    expect(message.payload).toEqual({ type: 'text', text: 'Hello' })
  })
})

describe('a client that waits for 100 Continue', () => {
  const expecting = 'expect: 100-continue\r\n'

  test('gets an error for an invalid key instead', async () => {
    const request = await beginRequest('/messages', {
      length: 10,
      headers: `${expecting}x-user-key: wrong\r\n`,
    })

    await once(request.socket, 'close')

    expect(request.received()).toMatch(/^HTTP\/1\.1 401 [\s\S]*connection: close/)
  })

  test('gets an error for a body that is too large instead', async () => {
    const length = 2_000 * kibibyte
    const request = await beginRequest('/messages', {
      length,
      headers: `${expecting}x-user-key: ${ada.key}\r\n`,
    })

    await once(request.socket, 'close')

    expect(request.received()).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('gets it after the key was checked', async () => {
    const request = await beginRequest('/conversations', {
      length: 2,
      headers: `${expecting}x-user-key: ${ada.key}\r\n`,
    })
    await expect.poll(request.received).toBe('HTTP/1.1 100 Continue\r\n\r\n')

    request.socket.write('{}')

    await expect.poll(request.received).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /)
    request.socket.destroy()
  })
})

describe('a server that is stopped', () => {
  // Supervisors kill a process that has not stopped after 10 s.
  const supervisorTimeoutMs = 9_000

  test.each([
    ['a part of the body', 'POST /demo/users HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{'],
    ['a part of the headers', 'POST /demo/users HTTP/1.1\r\nhost: x\r\nx-user-'],
    ['a part of a chunk', 'POST /demo/users HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{'],
  ])('does not wait for the rest of a request after %s', async (_, bytes) => {
    using folder = temporaryFolder()
    const child = await startChildServer(folder.file('parley.db'))
    const { hostname, port } = new URL(child.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    await new Promise<void>((resolve) =>
      socket.write(bytes, () => {
        resolve()
      }),
    )
    expect(outcome(await sendRequest('GET', `${child.url}/hello`))).toBe('200')
    const supervisor = setTimeout(() => child.child.kill('SIGKILL'), supervisorTimeoutMs)

    const code = await child.stop('SIGTERM')
    clearTimeout(supervisor)
    socket.destroy()

    expect(code).toBe(0)
  })
})
