import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import type * as core from '../src/index.ts'
import { bundleForBrowsers } from './bundle-for-browsers.ts'
import { message, user } from './example-models.ts'
import {
  json,
  ready,
  sse,
  startScriptedServer,
  stream,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const messages = ['4', '3', '2', '1'].map((id) => ({
  ...message,
  id,
  createdAt: `2026-01-01T00:00:00.00${id}Z`,
}))
const [fourth, third, second] = messages
const created = (item: unknown) => sse({ type: 'message_created', data: { ...Object(item), isBot: true } })

let browser: Browser
let site: { origin: string; close: () => void }

beforeAll(async () => {
  site = await servePage()
  browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
})
afterAll(async () => {
  await browser.close()
  site.close()
})

/** Serves a page on another origin than the API, with all exports of this package as `window.core`. */
async function servePage() {
  const bundle = await bundleForBrowsers("import * as core from './index.ts'; window.core = core")
  const server = createServer((request, response) => {
    const isScript = request.url === '/core.js'
    response.setHeader('content-type', `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`)
    response.end(
      isScript
        ? bundle.outputFiles[0]?.contents
        : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/core.js"></script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/**
 * Runs in the page: connects, sends, lists, and listens; sends again at the first signal, and leaves at the message
 * 4.
 */
async function chatInPage(url: string) {
  const { createChat } = (window as unknown as { core: typeof core }).core
  const me = await createChat({ url }).connect()
  await me.serverInfo()
  const payload = { type: 'text', text: 'Hello' } as const
  const { message: sent } = await me.createMessage({ conversationId: 'c', payload })
  const listed: string[] = []
  for await (const { id } of me.listMessages.all({ conversationId: 'c' })) listed.push(id)
  const received: string[] = []
  const states: string[] = []
  for await (const signal of me.listenConversation({
    id: 'c',
    onStatus: ({ state }) => states.push(state),
  })) {
    received.push(signal.type === 'message_created' ? signal.data.id : signal.type)
    if (received.length === 1) await me.createMessage({ conversationId: 'c', payload })
    if (received.includes('4')) break
  }
  return { sent: sent.id, listed, received, states }
}

async function runInPage(server: ScriptedServer) {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('console', (line) => line.type() === 'error' && errors.push(line.text()))
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(site.origin)
  await page.waitForFunction(() => 'core' in window)
  const result = await page.evaluate(chatInPage, server.url)
  await page.close()
  return {
    ...result,
    // Chromium itself logs the connection that was cut.
    errors: errors.filter((error) => !error.includes('net::ERR_INCOMPLETE_CHUNKED_ENCODING')),
  }
}

async function startServer(): Promise<ScriptedServer> {
  const server = await startScriptedServer()
  server.on('POST /users', json(201, { user, key: 'k' }))
  server.on('POST /messages', json(201, { message }))
  return server
}

/** Opens a stream and cuts it when the second message is sent, so that the page has received the chunks. */
function cutOnSecondMessage(server: ScriptedServer, ...chunks: string[]): Respond {
  const sent = json(201, { message })
  return (response, request) => {
    server.on('POST /messages', (postResponse, post) => {
      response.destroy()
      sent(postResponse, post)
    })
    stream(...chunks)(response, request)
  }
}

const states = ['connecting', 'online', 'reconnecting', 'online', 'closed']

test('a page chats with a server like the hosted service, and lists the messages it missed during a cut', async () => {
  await using server = await startServer()
  const page = (from: number, nextToken?: string) =>
    json(200, {
      messages: messages.slice(from, from + 2),
      meta: nextToken === undefined ? {} : { nextToken },
    })
  server.on(
    'GET /conversations/c/messages',
    page(2, 'a'),
    page(4),
    json(200, { messages: messages.slice(3), meta: {} }),
    json(200, { messages: messages.slice(1), meta: {} }),
  )
  server.on(route, cutOnSecondMessage(server, created(second)), stream(created(fourth)))

  expect(await runInPage(server)).toEqual({
    sent: 'msg_1',
    listed: ['2', '1'],
    received: ['2', 'discontinuity', '3', '4'],
    states,
    errors: [],
  })
})

test('a page chats with a server with replay, which allows the additional headers', async () => {
  await using server = await startServer()
  server.allowedHeaders.push('last-event-id', 'idempotency-key')
  server.on('GET /hello', json(200, { capabilities: ['resume', 'idempotency'] }))
  const withId = (item: typeof second, id: string) => `id: ${id}\n${created(item)}`
  server.on(
    route,
    cutOnSecondMessage(server, ready('fresh', '1'), withId(second, '2')),
    stream(ready('resumed', '2'), withId(third, '3'), withId(fourth, '4')),
  )

  const { received, errors } = await runInPage(server)

  expect({ received, errors }).toEqual({ received: ['2', '3', '4'], errors: [] })
  expect(server.requestsTo(route)[1]?.headers['last-event-id']).toBe('2')
  expect(server.requestsTo('POST /messages')[0]?.headers['idempotency-key']).toBeDefined()
})

test('a page does not send its key to another origin that a response names', async () => {
  await using server = await startServer()
  await using other = await startServer()
  const page = await browser.newPage()
  server.on('POST /users/get-or-create', (response) => {
    response.writeHead(307, { location: `${other.url}/users/get-or-create` }).end()
  })
  other.on('POST /users/get-or-create', json(200, { user }))

  await page.goto(site.origin)
  await page.waitForFunction(() => 'core' in window)
  const error = await page.evaluate(async (url) => {
    const { createChat } = (window as unknown as { core: typeof core }).core
    const connecting = createChat({ url, retry: { attempts: 1 } }).connect({ userKey: 'key-1' })
    return connecting.then(
      () => undefined,
      ({ type, message: text }: core.ChatError) => ({ type, text }),
    )
  }, server.url)
  await page.close()

  expect(error).toEqual({
    type: 'UnexpectedResponse',
    text: expect.stringMatching(/\(0, opaqueredirect\) .* any proxy or redirect\.$/),
  })
  expect(other.requests).toEqual([])
})
