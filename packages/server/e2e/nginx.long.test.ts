import { mkdirSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream, openUserStream } from './raw-http/event-stream.ts'
import { createConversation, createTestUser, sendText } from './raw-http/test-user.ts'
import { documentedNginx } from './support/documented-nginx.ts'
import { startNginx } from './support/nginx.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { runChat, createPausingBot, completeTranscript } from './support/run-chat.ts'
import { writePage } from './support/write-page.ts'

const pausingBot = createPausingBot()
const keepAlive = 'proxy_http_version 1.1; proxy_set_header Connection "";'
const gzip = 'gzip on; gzip_types *; gzip_proxied any; gzip_min_length 0;'
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ bot: pausingBot.bot, logger: createRecordingLogger() })
})
afterAll(() => server.close())

describe('through nginx, a chat works', () => {
  const configurations: Record<string, { httpDirectives?: string; locationDirectives?: string }> = {
    'with its defaults': {},
    'over HTTP/1.1': { locationDirectives: keepAlive },
    'with gzip for everything': { httpDirectives: gzip },
    'with gzip for everything, over HTTP/1.1': { httpDirectives: gzip, locationDirectives: keepAlive },
    'without buffers': { locationDirectives: 'proxy_buffering off; proxy_request_buffering off;' },
  }

  test.each(Object.entries(configurations))(
    '%s',
    async (_, { httpDirectives = '', locationDirectives = '' }) => {
      await using nginx = await startNginx(
        ({ port }) => `
        ${httpDirectives}
        server { listen ${port}; location / { proxy_pass ${server.origin}; ${locationDirectives} } }`,
      )

      const transcript = await runChat(`http://127.0.0.1:${nginx.port}/demo`, pausingBot)

      expect(transcript).toEqual(completeTranscript)
    },
  )

  test.each(['', keepAlive])('under a path prefix (%s)', async (locationDirectives) => {
    await using nginx = await startNginx(
      ({ port }) => `
        server { listen ${port}; location /chat/ { proxy_pass ${server.origin}/; ${locationDirectives} } }`,
    )

    const transcript = await runChat(`http://127.0.0.1:${nginx.port}/chat/demo`, pausingBot)

    expect(transcript).toEqual(completeTranscript)
  })

  test('with compressed responses', async () => {
    await using nginx = await startNginx(
      ({ port }) => `${gzip} server { listen ${port}; location / { proxy_pass ${server.origin}; } }`,
    )
    const url = `http://127.0.0.1:${nginx.port}/demo/openapi.json`

    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers: { 'accept-encoding': 'gzip' } }, resolve).on('error', reject)
    })
    response.resume()

    expect(response.headers['content-encoding']).toBe('gzip')
  })

  test('in a browser over HTTP/2, with the documented configuration and more than six streams', async () => {
    using documented = await documentedNginx()
    await using nginx = await startNginx(({ port, folder }) => {
      const page = `location /page/ { alias ${folder}/page/; types { text/html html; text/javascript js; } }`
      return documented.httpBlock({ port, origin: server.origin }, page)
    })
    mkdirSync(join(nginx.folder, 'page'))
    await writePage(join(nginx.folder, 'page'))
    const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
    const origin = `https://127.0.0.1:${nginx.port}`

    await page.goto(`${origin}/page/index.html`)
    await page.waitForFunction(() => 'chatInPage' in globalThis)
    const { receivedTexts, protocols } = await page.evaluate(
      (url) => globalThis.chatInPage(url),
      `${origin}/demo`,
    )
    await browser.close()

    expect(protocols).toEqual(['h2'])
    expect(receivedTexts.map((texts) => texts.length)).toEqual([16, 2, 2, 2, 2, 2, 2, 2, 2])
    for (const texts of receivedTexts.slice(1)) expect(texts).toEqual(['hello', '5'])
  })
})

test('100 concurrent messages through nginx are each stored once', async () => {
  await using nginx = await startNginx(
    ({ port }) => `
      upstream parley { server ${new URL(server.origin).host}; keepalive 8; }
      server { listen ${port}; location / { proxy_pass http://parley; ${keepAlive} } }`,
  )
  const sender = await createTestUser(`http://127.0.0.1:${nginx.port}/demo`)
  const conversationId = await createConversation(sender)
  const texts = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(index * 50)}`)

  const messages = await Promise.all(texts.map((text) => sendText(sender, conversationId, text)))

  expect(new Set(messages.map(({ id }) => id)).size).toBe(100)
  expect(messages.map(({ payload }) => ('text' in payload ? payload.text : ''))).toEqual(texts)
})

test.each(['', keepAlive])(
  'pings every 10 s keep both streams open despite a read timeout of 15 s (%s)',
  async (locationDirectives) => {
    await using pingingServer = await startTestServer({
      pingIntervalMs: 10_000,
      logger: createRecordingLogger(),
    })
    await using nginx = await startNginx(
      ({ port }) => `
        server {
          listen ${port};
          location / { proxy_pass ${pingingServer.origin}; proxy_read_timeout 15s; ${locationDirectives} }
        }`,
    )
    const user = await createTestUser(`http://127.0.0.1:${nginx.port}/demo`)
    const conversationId = await createConversation(user)
    await using conversationStream = await openConversationStream(user, conversationId)
    await using userStream = await openUserStream(user)

    const pings = await Promise.all(
      [conversationStream, userStream].map(async (stream) => [await stream.next(), await stream.next()]),
    )
    await sendText(user, conversationId, 'after the pings')
    const signals = [await conversationStream.nextSignals(1), await userStream.nextSignals(1)]

    const ping = { event: 'message', data: 'ping' }
    expect(pings).toEqual([
      [ping, ping],
      [ping, ping],
    ])
    expect(signals).toMatchObject([
      [{ data: { payload: { text: 'after the pings' } } }],
      [{ data: { payload: { text: 'after the pings' } } }],
    ])
  },
)
