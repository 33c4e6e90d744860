import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createServer, defineBot, type ChatServer } from '../src/index.ts'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream } from './raw-http/event-stream.ts'
import {
  openRawConnection,
  splitResponse,
  decodeChunked,
  type RawConnection,
} from './raw-http/raw-connection.ts'
import { createTestUser, createConversation, sendText, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

/** Longer than the frames that the server copies into one packet with their ids. */
const longText = 'grüße '.repeat(1_000)

const bot = defineBot({
  onMessage: async ({ message, stream }) => {
    if (!('text' in message.payload) || message.payload.text !== 'stream') return
    const answer = stream()
    answer.write('first half')
    await new Promise(() => {})
  },
})
const logger = createRecordingLogger()
let server: TestServer
let ada: TestUser
let conversationId: string
let start: Readonly<Record<'conversation' | 'user', string>>

beforeAll(async () => {
  server = await startTestServer({ bot, logger, pingIntervalMs: 1, turnTimeoutMs: 600_000 })
  ada = await createTestUser(server.url)
  conversationId = await createConversation(ada)
  await using stream = await openConversationStream(ada, conversationId)
  const userStart = openRawConnection(server.origin)
  userStart.write(formatListenRequest('/users/me/listen', '1.1'))
  const [, userId = ''] = /"id":"(\w+)"/.exec(await userStart.until('}\n\n')) ?? []
  userStart[Symbol.dispose]()
  start = { conversation: stream.ready.id, user: userId }
  for (const text of ['replayed', longText]) await sendText(ada, conversationId, text)
})
afterAll(() => server.close())

function formatListenRequest(
  path: string,
  version: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries({ host: 'x', 'x-user-key': ada.key, ...headers })
  return `GET /demo${path} HTTP/${version}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

const paths = {
  conversation: () => `/conversations/${conversationId}/listen`,
  user: () => '/users/me/listen',
}
const streams = ['conversation', 'user'] as const

/** Opens a stream with a replay, and waits for its last message. */
async function openReplay(stream: 'conversation' | 'user', version: string): Promise<RawConnection> {
  const connection = openRawConnection(server.origin)
  connection.write(formatListenRequest(paths[stream](), version, { 'last-event-id': start[stream] }))
  await connection.until(longText)
  return connection
}

const removePings = (text: string): string => text.replaceAll('event: message\ndata: ping\n\n', '')

describe.each(streams)('the stream of a %s over HTTP/1.0', (stream) => {
  test.each([
    ['as nginx requests it', { connection: 'close' }],
    ['for a client that asks for keep-alive', { connection: 'keep-alive' }],
    ['for a client that accepts chunks', { te: 'chunked' }],
  ])('is plain text until the connection closes: %s', async (_, headers) => {
    using connection = openRawConnection(server.origin)

    connection.write(
      formatListenRequest(paths[stream](), '1.0', { 'last-event-id': start[stream], ...headers }),
    )

    const { head, body } = splitResponse(await connection.until(longText))
    expect(head).toContain('HTTP/1.1 200 OK')
    expect(head.toLowerCase()).toContain('\r\nconnection: close')
    expect(head.toLowerCase()).not.toContain('transfer-encoding')
    expect(body).toMatch(/^event: ready\ndata: \{"state":"resumed"/)
  })

  test('has the same content as over HTTP/1.1: replay, new messages of any length, and pings', async () => {
    using plainConnection = await openReplay(stream, '1.0')
    using chunkedConnection = await openReplay(stream, '1.1')

    await sendText(ada, conversationId, 'new')
    await sendText(ada, conversationId, `${longText}!`)
    await sendText(ada, conversationId, 'last')
    const [plain, chunked] = await Promise.all(
      [plainConnection, chunkedConnection].map((connection) => connection.until('"text":"last"')),
    )
    await Promise.all(
      [plainConnection, chunkedConnection].map((connection) => connection.until('data: ping')),
    )

    expect(removePings(splitResponse(plain ?? '').body)).toBe(
      removePings(decodeChunked(splitResponse(chunked ?? '').body)),
    )
  })

  test('delivers a streaming message, and ends with its connection when the user is deleted', async () => {
    const eve = await createTestUser(server.url)
    const own = await createConversation(eve)
    await sendText(eve, own, 'stream')
    const path = stream === 'user' ? '/users/me/listen' : `/conversations/${own}/listen`
    using connection = openRawConnection(server.origin)
    connection.write(formatListenRequest(path, '1.0', { 'x-user-key': eve.key }))
    await connection.until('"delta":"first half"')

    await eve.delete('/users/me')

    const { body } = splitResponse(await connection.closed)
    expect(body).toMatch(/\n\n$/)
    expect(body).not.toContain('0\r\n')
  })

  test('follows the responses to earlier requests on its connection, and is the last response', async () => {
    using connection = openRawConnection(server.origin)
    const hello = 'GET /demo/hello HTTP/1.0\r\nconnection: keep-alive\r\n\r\n'

    connection.write(
      hello + formatListenRequest(paths[stream](), '1.0', { 'last-event-id': start[stream] }) + hello,
    )
    await connection.until(longText)
    await sendText(ada, conversationId, 'after the replay')

    const raw = await connection.until('"text":"after the replay"')
    expect(raw.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200'])
    expect(raw).toMatch(/"capabilities".*event: ready/s)
  })

  test('does not support HEAD', async () => {
    using connection = openRawConnection(server.origin)

    connection.write(formatListenRequest(paths[stream](), '1.0').replace('GET', 'HEAD'))

    const { head, body } = splitResponse(await connection.closed)
    expect(head).toContain('HTTP/1.1 405')
    expect(body).toBe('')
  })
})

test('a listener over HTTP/1.0 that does not read its stream is disconnected', async () => {
  await using limitedServer = await startTestServer({ logger, maxBufferedBytes: 200_000 })
  const me = await createTestUser(limitedServer.url)
  const own = await createConversation(me)
  using stalled = openRawConnection(limitedServer.origin)
  stalled.write(formatListenRequest(`/conversations/${own}/listen`, '1.0', { 'x-user-key': me.key }))
  await stalled.until('event: ready')
  stalled.socket.pause()

  for (let sent = 0; limitedServer.streams === 1 && sent < 100; sent++)
    await sendText(me, own, 'x'.repeat(500_000))

  expect(limitedServer.streams).toBe(0)
})

describe('over TLS', () => {
  const psk = { psk: Buffer.alloc(32, 1), identity: 'test' }
  const tls = { ciphers: 'PSK', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const
  let chat: ChatServer
  let origin: string
  let https: ReturnType<typeof createTlsServer>

  beforeAll(async () => {
    chat = await createServer({ data: ':memory:', logger, bots: { demo: {} } })
    https = createTlsServer({ ...tls, pskCallback: () => psk.psk }, (request, response) => {
      chat.nodeHandlers.request(request, response)
    })
    https.listen(0, '127.0.0.1')
    await once(https, 'listening')
    origin = `https://127.0.0.1:${(https.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await chat.close()
    https.close()
  })

  const connectSecurely = (): RawConnection =>
    openRawConnection(origin, (address) =>
      connectTls({ ...address, ...tls, pskCallback: () => psk, checkServerIdentity: () => undefined }),
    )
  const request = async (text: string): Promise<string> => {
    using connection = connectSecurely()
    connection.write(text)
    return await connection.closed
  }
  const post = (path: string, body: string, key = ''): Promise<string> =>
    request(
      `POST /demo${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${key === '' ? '' : `x-user-key: ${key}\r\n`}` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )

  test.each(['1.0', '1.1'])('both streams deliver signals and end over HTTP/%s', async (version) => {
    const { body } = splitResponse(await post('/users', '{}'))
    const { key } = JSON.parse(body) as { key: string }
    await post('/conversations', `{"id":"secure-${version.replace('.', '-')}"}`, key)
    const id = `secure-${version.replace('.', '-')}`
    using conversation = connectSecurely()
    using user = connectSecurely()
    conversation.write(formatListenRequest(`/conversations/${id}/listen`, version, { 'x-user-key': key }))
    user.write(formatListenRequest('/users/me/listen', version, { 'x-user-key': key }))
    await Promise.all([conversation, user].map((stream) => stream.until('event: ready')))

    await post(
      '/messages',
      JSON.stringify({ conversationId: id, payload: { type: 'text', text: longText } }),
      key,
    )
    await Promise.all([conversation, user].map((stream) => stream.until(longText)))
    await request(
      `DELETE /demo/users/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-user-key: ${key}\r\n\r\n`,
    )

    for (const stream of [conversation, user]) {
      const ended = splitResponse(await stream.closed)
      const text = version === '1.1' ? decodeChunked(ended.body) : ended.body
      expect(text).toMatch(/^event: ready\n/)
      expect(text).toMatch(/\n\n$/)
      expect(text).toContain(longText)
    }
  })
})
