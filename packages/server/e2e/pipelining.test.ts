import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createServer } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { openRawConnection } from './raw-http/raw-connection.ts'
import { sendBytes } from './raw-http/send-bytes.ts'
import { createTestUser, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { formatGetRequest, sendWithoutReading } from './support/unread-connections.ts'

const logger = createRecordingLogger()

const largeBody = '{}'.padEnd(60_000)

function putRequest({ key }: TestUser, connection: 'keep-alive' | 'close'): string {
  const headers = { host: 'x', connection, 'x-user-key': key, 'content-length': largeBody.length }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `PUT /demo/users/me HTTP/1.1\r\n${lines.join('')}\r\n${largeBody}`
}

test('a connection with too many requests queued behind a stream is closed', async () => {
  await using server = await startTestServer({ logger })
  const ada = await createTestUser(server.url)
  const headers = { 'x-user-key': ada.key }
  using connection = openRawConnection(server.origin)
  connection.write(formatGetRequest('/demo/users/me/listen', headers))
  await connection.until('event: ready')

  connection.write(formatGetRequest('/demo/users/me', headers).repeat(2_000))
  await connection.closed.catch(() => {})

  await expect.poll(() => server.streams).toBe(0)
  expect(outcome(await ada.get('/users/me'))).toBe('200')
})

test('bodies queued behind a stream count as incomplete until their connection closes', async () => {
  await using server = await startTestServer({ logger })
  const [ada, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const listening = formatGetRequest('/demo/users/me/listen', { 'x-user-key': ada.key })
  const queued = putRequest(ada, 'keep-alive').repeat(50)
  const update = (user: TestUser) => sendBytes(server.origin, putRequest(user, 'close'))
  const unread = sendWithoutReading(server.origin, Array<string>(4).fill(listening + queued))

  await expect.poll(async () => outcome(await update(ada)), { timeout: 10_000 }).toBe('429 RateLimited')
  expect(outcome(await update(ben))).toBe('200')
  unread[Symbol.dispose]()

  await expect.poll(async () => outcome(await update(ada))).toBe('200')
}, 20_000)

test('a stream does not start before an earlier, pending response of the embedding server', async () => {
  const chat = await createServer({ data: ':memory:', logger, bots: { demo: {} } })
  const pages: ServerResponse[] = []
  const fallback = (_: IncomingMessage, response: ServerResponse) => void pages.push(response)
  const { origin } = await chat.listen({ port: 0, fallback })
  const ada = await createTestUser(`${origin}/demo`)
  using connection = openRawConnection(origin)
  connection.write(
    formatGetRequest('/page', {}) + formatGetRequest('/demo/users/me/listen', { 'x-user-key': ada.key }),
  )
  await expect.poll(() => pages.length).toBe(1)
  // By now, the event loop would have opened a stream that does not wait.
  await ada.get('/users/me')
  await nextTurn()

  pages[0]?.end('the page')
  const received = await connection.until('event: ready')
  connection.socket.destroy()
  await chat.close()

  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*the page[^]*HTTP\/1\.1 200 OK\r\n[^]*event: ready/)
})
