import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer as createHttpServer, IncomingMessage } from 'node:http'
import { connect, Socket, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createChat } from '@parley/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRecordingLogger } from '../e2e/support/recording-logger.ts'
import { createServer } from './create-server.ts'
import { startTestServer } from './testing/index.ts'

const logger = createRecordingLogger()
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-create-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('closing', () => {
  test('resolves every call of close() once the server has closed', async () => {
    const data = join(folder, 'parley.db')
    const first = await createServer({ data, logger, bots: { demo: {} } })

    void first.close()
    await first.close()
    const second = createServer({ data, logger, bots: { demo: {} } })

    await expect(second).resolves.toMatchObject({ listenerCount: 0 })
    await (await second).close()
  })

  test('leaves a handler that responds with 503 in the error format', async () => {
    const chat = await createServer({ data: ':memory:', logger, bots: { demo: {} } })
    const http = createHttpServer((request, response) => {
      chat.nodeHandlers.request(request, response)
    })
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo

    await chat.close()
    const response = await fetch(`http://127.0.0.1:${port}/demo/hello`)
    const body: unknown = await response.json()
    http.close()

    expect(response.headers.get('retry-after')).toBe('1')
    expect(body).toMatchObject({ id: expect.any(String) as string, code: 503, type: 'Unavailable' })
  })
})

describe('listen()', () => {
  const findFreePort = async () => {
    const server = createHttpServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    return port
  }
  const isOpen = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => {
        resolve(false)
      })
    })
  const createChatServer = () => createServer({ data: ':memory:', logger, bots: { demo: {} } })
  const reason = 'Unable to listen; the server has been closed. Create a new one.'

  test('rejects after close()', async () => {
    const chat = await createChatServer()
    await chat.close()

    await expect(chat.listen({ port: 0 })).rejects.toThrow(reason)
  })

  test('leaves no port open if close() is called before it listens', async () => {
    const port = await findFreePort()
    const chat = await createChatServer()

    const listening = chat.listen({ port })
    // Prevents an unhandled rejection while the server closes.
    listening.catch(() => {})
    await chat.close()

    expect(await isOpen(port)).toBe(false)
    await expect(listening).rejects.toThrow(reason)
  })

  test('leaves no port open if close() is called before it', async () => {
    const port = await findFreePort()
    const chat = await createChatServer()

    const closing = chat.close()
    await expect(chat.listen({ port })).rejects.toThrow(reason)
    await closing

    expect(await isOpen(port)).toBe(false)
  })

  test('that fails does not keep close() waiting', async () => {
    await using other = await createChatServer()
    const { port } = await other.listen({ port: 0 })
    const chat = await createChatServer()

    const listening = chat.listen({ port })
    listening.catch(() => {})
    await chat.close()

    await expect(listening).rejects.toThrow('EADDRINUSE')
  })
})

test('idle connections stay open longer than the 60 s for which load balancers reuse them', async () => {
  const chat = await createServer({ data: ':memory:', logger, bots: { demo: {} } })
  const { origin } = await chat.listen({ port: 0 })

  const { headers } = await fetch(`${origin}/demo/hello`)
  await chat.close()

  expect(headers.get('keep-alive')).toBe('timeout=75')
})

test('closes the database if the server cannot be created', async () => {
  const data = join(folder, 'parley.db')
  const failing = createServer({ data, logger, bots: { 'not an id': {} } })
  await expect(failing).rejects.toThrow('its webhook id has characters other than')

  const chat = await createServer({ data, logger, bots: { demo: {} } })

  await chat.close()
})

test('closes at the end of a block with `await using`', async () => {
  let closed: Promise<void>
  {
    await using chat = await createServer({ data: ':memory:', logger, bots: { demo: {} } })
    closed = chat.closed
  }

  await expect(closed).resolves.toBeUndefined()
})

test.each(['before', 'after'])(
  'INV-8: a second server cannot open a link to the database that was created %s the file',
  async (when) => {
    const data = join(folder, 'parley.db')
    const link = join(folder, 'link.db')
    if (when === 'before') symlinkSync('parley.db', link)
    const chat = await createServer({ data, logger, bots: { demo: {} } })
    if (when === 'after') symlinkSync(data, link)

    const second = createServer({ data: link, logger, bots: { demo: {} } })

    await expect(second).rejects.toThrow('another server is using')
    await chat.close()
  },
)

test('INV-8: opening a link to a missing database file locks that file', async () => {
  const link = join(folder, 'link.db')
  symlinkSync('parley.db', link)
  const chat = await createServer({ data: link, logger, bots: { demo: {} } })

  const second = createServer({ data: join(folder, 'parley.db'), logger, bots: { demo: {} } })

  await expect(second).rejects.toThrow('another server is using')
  await chat.close()
})

describe('the id of a bot', () => {
  test.each([
    ['my.bot~1', 'bot_my_bot_1'],
    ['a'.repeat(90), `bot_${'a'.repeat(66)}`],
  ])('is valid even if the webhook id %s is not a valid id', async (webhookId, id) => {
    await using server = await startTestServer({ logger, bots: { [webhookId]: { bot: {} } } })

    const response = await fetch(`${server.origin}/${webhookId}/hello`)

    expect(await response.json()).toMatchObject({ bot: { id } })
  })

  test('is named in the error if it is invalid', async () => {
    const bots = { demo: { bot: { id: 'a.b' } } }

    const created = createServer({ data: ':memory:', logger, bots })

    await expect(created).rejects.toThrow(
      'Unable to start the bot "demo"; its id "a.b" is invalid. ' +
        'Use 1 to 70 letters, digits, or the characters _ - \\ /.',
    )
  })
})

test.each([
  [{ name: 'n'.repeat(257) }, 'name must have at most 256 characters'],
  [{ pictureUrl: 'u'.repeat(2_049) }, 'pictureUrl must have at most 2048 characters'],
])('rejects a bot whose name or picture URL is too long', async (bot, reason) => {
  const created = createServer({ data: ':memory:', logger, bots: { demo: { bot } } })

  await expect(created).rejects.toThrow(`Unable to start the bot "demo"; ${reason}.`)
})

test('Infinity disables the limits of turns and replays', async () => {
  const bot = {
    onMessage: async ({
      reply,
    }: {
      reply: (payload: { type: 'text'; text: string }) => Promise<unknown>
    }) => {
      await delay(20)
      await reply({ type: 'text', text: 'done' })
    },
  }
  const limits = { replayMaxCount: Infinity, replayMaxAgeMs: Infinity, turnTimeoutMs: Infinity }
  // With a stopped clock, messages from before the stream opened count as recent.
  const start = Date.now()
  await using server = await startTestServer({ bot, logger, now: () => start, ...limits })
  const me = await createChat({ url: server.url }).connect()
  const { conversation } = await me.createConversation({})
  let ready = ''
  const stream = me.listenConversation({ id: conversation.id })
  await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text: 'go' } })
  for await (const { type, data, id } of stream) {
    ready = id ?? ready
    if (type === 'message_created' && data.isBot) break
  }

  const resumed = await fetch(`${server.url}/conversations/${conversation.id}/listen`, {
    headers: { 'x-user-key': me.userKey, 'last-event-id': ready },
  })
  const { value } = (await resumed.body?.getReader().read()) ?? {}

  expect(Buffer.from(value ?? []).toString()).toContain('"state":"resumed"')
})

test.each([
  ['/demo/hello', true],
  ['/demo?x', true],
  ['/%64emo/hello', true],
  ['http://x/demo/hello', true],
  ['HTTP://x:80/demo', true],
  ['/other/demo', false],
  ['http://demo/other', false],
  ['http://demo', false],
  ['/%zz/hello', false],
  ['*', false],
])('matches() of a request for %s returns %s', async (url, isMatch) => {
  await using chat = await createServer({ data: ':memory:', logger, bots: { demo: {} } })
  const request = Object.assign(new IncomingMessage(new Socket()), { url })

  expect(chat.nodeHandlers.matches(request)).toBe(isMatch)
})

test.each([
  ['/api/chat/demo/hello', true],
  ['/demo/hello', true],
  ['http://x/api/chat/demo?x', true],
  ['/api/chat', false],
  ['/api/chatter/demo', false],
  ['/other/demo', false],
])('with the base path /api/chat, matches() of a request for %s returns %s', async (url, isMatch) => {
  await using chat = await createServer({
    data: ':memory:',
    logger,
    basePath: '/api/chat',
    bots: { demo: {} },
  })

  expect(chat.nodeHandlers.matches({ url })).toBe(isMatch)
})
