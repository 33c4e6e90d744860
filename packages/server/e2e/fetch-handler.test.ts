import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../src/create-server.ts'
import { createServer, type ChatServer } from '../src/index.ts'
import { createCommitBarrier } from '../src/testing/index.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { completeTranscript, createPausingBot, runChat } from './support/run-chat.ts'

const pausingBot = createPausingBot()
const options = { data: ':memory:', logger: createRecordingLogger(), bots: { demo: { bot: pausingBot.bot } } }
const base = 'https://chat.example.com/demo'

let chat: ChatServer
beforeAll(async () => {
  chat = await createServer(options)
})
afterAll(() => chat.close())

interface User {
  readonly key: string
  readonly id: string
}

async function createUser(server: ChatServer): Promise<User> {
  const response = await server.fetch(post('/users', { name: 'Ada' }))
  const { user, key } = (await response.json()) as { user: { id: string }; key: string }
  return { id: user.id, key }
}

function post(path: string, body: unknown, key?: string): Request {
  return new Request(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'x-user-key': key }) },
    body: JSON.stringify(body),
  })
}

function get(path: string, { key }: User, init: RequestInit = {}): Request {
  return new Request(base + path, { headers: { 'x-user-key': key }, ...init })
}

async function createConversation(server: ChatServer, { key }: User): Promise<string> {
  const response = await server.fetch(post('/conversations', {}, key))
  const { conversation } = (await response.json()) as { conversation: { id: string } }
  return conversation.id
}

/** Resolves to the id of the message. */
async function sendText(server: ChatServer, { key }: User, conversationId: string, text: string) {
  const request = post('/messages', { conversationId, payload: { type: 'text', text } }, key)
  const { message } = (await (await server.fetch(request)).json()) as { message: { id: string } }
  return message.id
}

/** Reads a stream until it has received the text. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  const decoder = new TextDecoder()
  let received = ''
  while (!received.includes(text)) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`the stream ended before it contained ${text}: ${received}`)
    received += decoder.decode(value, { stream: true })
  }
  return received
}

test('our client works without a network, through chat.fetch', async () => {
  const transcript = await runChat(base, pausingBot, {
    fetch: (input, init) => chat.fetch(new Request(input, init)),
  })

  expect(transcript).toEqual(completeTranscript)
})

describe('a response', () => {
  test('has the status, the headers and the body of the API, and none about a connection', async () => {
    const response = await chat.fetch(post('/users', { name: 'Zoë 🦜' }))

    expect(response.status).toBe(201)
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-length': expect.any(String) as string,
      'content-type': 'application/json; charset=utf-8',
      vary: 'origin',
      'x-request-id': expect.any(String) as string,
    })
    expect(await response.json()).toMatchObject({ user: { name: 'Zoë 🦜' } })
  })

  test('to HEAD has no body, but the length of one', async () => {
    const user = await createUser(chat)
    const headers = { 'x-user-key': user.key }

    const response = await chat.fetch(new Request(`${base}/users/me`, { method: 'HEAD', headers }))

    expect(response.status).toBe(200)
    expect(response.body).toBeNull()
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0)
  })

  test('to OPTIONS has the headers of CORS', async () => {
    const response = await chat.fetch(
      new Request(`${base}/messages`, { method: 'OPTIONS', headers: { origin: 'https://example.com' } }),
    )

    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://example.com')
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE')
  })

  test('larger than the buffers arrives completely', async () => {
    const user = await createUser(chat)
    const id = await createConversation(chat, user)
    const text = '€'.repeat(300_000)
    await sendText(chat, user, id, text)

    const response = await chat.fetch(get(`/conversations/${id}/messages`, user))

    const { messages } = (await response.json()) as { messages: { payload: { text: string } }[] }

    expect(messages.at(-1)?.payload.text).toBe(text)
  })
})

describe('a request', () => {
  test.each([
    ['without a route', new Request('https://chat.example.com/demo/nowhere'), '404 ResourceNotFound'],
    ['for an unknown bot', new Request('https://chat.example.com/other/hello'), '404 ResourceNotFound'],
    ['without a key', new Request(`${base}/users/me`), '401 Unauthorized'],
    ['with another method', new Request(`${base}/users/me`, { method: 'PATCH' }), '405 MethodNotFound'],
    [
      'with a body of text',
      new Request(`${base}/users`, { method: 'POST', body: '{}' }),
      '415 UnsupportedMediaType',
    ],
    ['with a body that is too large', post('/users', { name: 'x'.repeat(70_000) }), '413 PayloadTooLarge'],
    [
      'with malformed JSON',
      new Request(post('/users', {}), { method: 'POST', body: '{' }),
      '400 InvalidPayload',
    ],
  ])('%s is rejected as over a network', async (_, request, expected) => {
    const response = await chat.fetch(request)
    const { type } = (await response.json()) as { type: string }

    expect(`${response.status} ${type}`).toBe(expected)
  })

  test('may stream its body, and is rejected as soon as the body is too large', async () => {
    let sent = 0
    let isCanceled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1024
        controller.enqueue(new Uint8Array(1024).fill(0x20))
      },
      cancel: () => {
        isCanceled = true
      },
    })
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit

    const response = await chat.fetch(new Request(`${base}/users`, init))

    expect(response.status).toBe(413)
    await expect.poll(() => isCanceled).toBe(true)
    expect(sent).toBeLessThan(1024 * 1024)
  })

  test('whose body fails is rejected', async () => {
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{'))
      },
      pull: () => {
        throw new Error('the client has gone')
      },
    })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit

    const response = await chat.fetch(new Request(`${base}/users`, init))

    expect(response.ok).toBe(false)
  })

  test.each([
    ['a string', `${base}/hello`],
    ['a URL', new URL(`${base}/hello`)],
    ['a context of Hono', { req: { raw: new Request(`${base}/hello`) } }],
    ['a request of node:http', Object.assign(new IncomingMessage(new Socket()), { url: '/demo/hello' })],
    ['nothing', undefined],
  ])('cannot be %s', async (_, request) => {
    const response = chat.fetch(request as unknown as Request)

    await expect(response).rejects.toThrow(
      'Unable to respond; chat.fetch() got something other than a web-standard Request. ' +
        'Pass one, such as new Request(url), or c.req.raw in Hono.',
    )
  })

  test.each(['used', 'locked'])('with a %s body is rejected', async (state) => {
    const request = post('/users', {})
    if (state === 'used') await request.text()
    else request.body?.getReader()

    await expect(chat.fetch(request)).rejects.toThrow(
      'Unable to respond; the body of the request was read before. Call chat.fetch() first, or pass a clone.',
    )
  })

  test('may be of another implementation', async () => {
    const { url, method, headers, signal, body } = post('/users', { name: 'Ada' })

    const response = await chat.fetch({ url, method, headers, signal, body } as Request)

    expect(response.status).toBe(201)
  })

  test('that was aborted before rejects with the reason', async () => {
    const reason = new Error('no longer needed')

    const response = chat.fetch(new Request(`${base}/hello`, { signal: AbortSignal.abort(reason) }))

    await expect(response).rejects.toBe(reason)
  })
})

describe('a stream', () => {
  test('sends ready, the signals and the end of a deleted conversation', async () => {
    const user = await createUser(chat)
    const id = await createConversation(chat, user)
    const response = await chat.fetch(get(`/conversations/${id}/listen`, user))
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const ready = await readUntil(reader, '\n\n')

    await sendText(chat, user, id, 'hello')
    const signals = await readUntil(reader, 'hello')
    await chat.fetch(
      new Request(`${base}/conversations/${id}`, { method: 'DELETE', headers: { 'x-user-key': user.key } }),
    )
    let end = await reader.read()
    while (!end.done) end = await reader.read()

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('connection')).toBeNull()
    expect(ready).toContain('event: ready\ndata: {"state":"fresh"')
    expect(signals).toContain('"type":"message_created"')
    await expect.poll(() => chat.listenerCount).toBe(0)
  })

  test.each(['aborting the request', 'canceling the body', 'canceling a reader'])(
    '%s ends it',
    async (how) => {
      const user = await createUser(chat)
      const controller = new AbortController()
      const response = await chat.fetch(get('/users/me/listen', user, { signal: controller.signal }))
      const body = response.body as ReadableStream<Uint8Array>
      await expect.poll(() => chat.listenerCount).toBe(1)

      if (how === 'aborting the request') controller.abort()
      else if (how === 'canceling the body') await body.cancel()
      else await body.getReader().cancel()

      await expect.poll(() => chat.listenerCount).toBe(0)
    },
  )

  test('whose body is not read is closed when it has too much unsent data', async () => {
    await using limited = await createServer({ ...options, maxBufferedBytes: 200_000 })
    const user = await createUser(limited)
    const id = await createConversation(limited, user)
    const response = await limited.fetch(get(`/conversations/${id}/listen`, user))

    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    // Only listeners that have caught up receive typing signals.
    let isCaughtUp = false
    void readUntil(reader, 'event: typing').then(() => (isCaughtUp = true))
    const headers = { 'x-user-key': user.key }
    await expect
      .poll(async () => {
        await limited.fetch(new Request(`${base}/conversations/${id}/typing`, { method: 'PUT', headers }))
        return isCaughtUp
      })
      .toBe(true)

    for (let sent = 0; limited.listenerCount === 1 && sent < 20; sent++)
      await sendText(limited, user, id, 'x'.repeat(100_000))

    expect(limited.listenerCount).toBe(0)
    await expect(readUntil(reader, 'the end')).rejects.toThrow('Unable to send the rest of the response')
  })

  test('that makes no progress is closed after stallTimeoutMs, but an idle one is not', async () => {
    await using limited = await createServer({
      ...options,
      stallTimeoutMs: 200,
      maxBufferedBytes: 64 * 1024 * 1024,
    })
    const user = await createUser(limited)
    const [id, other] = [await createConversation(limited, user), await createConversation(limited, user)]
    await limited.fetch(get(`/conversations/${id}/listen`, user))
    const idle = await limited.fetch(get(`/conversations/${other}/listen`, user))

    await expect.poll(() => limited.listenerCount).toBe(2)

    await sendText(limited, user, id, 'x'.repeat(900_000))

    await expect.poll(() => limited.listenerCount).toBe(1)
    const reader = (idle.body as ReadableStream<Uint8Array>).getReader()
    await sendText(limited, user, other, 'still open')
    expect(await readUntil(reader, 'still open')).toContain('message_created')
    await reader.cancel()
  })

  test('receives a replay of any size while it is read, and holds little of it in memory', async () => {
    const user = await createUser(chat)
    const id = await createConversation(chat, user)
    const first = await sendText(chat, user, id, 'first')
    for (let count = 0; count < 8; count++) await sendText(chat, user, id, `${count}${'x'.repeat(500_000)}`)
    await sendText(chat, user, id, 'the last one')
    const headers = { 'x-user-key': user.key, 'last-event-id': first }

    const response = await chat.fetch(new Request(`${base}/conversations/${id}/listen`, { headers }))
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const received = await readUntil(reader, 'the last one')
    await reader.cancel()

    expect([...received.matchAll(/"text":"(\d)x/g)].map(([, count]) => count).join('')).toBe('01234567')
  })
})

test.each([
  ['/api/chat', 'a framework that keeps the path'],
  ['', 'a framework that removes it'],
])('with a base path, the path %j of %s reaches the API', async (prefix) => {
  await using mounted = await createServer({ ...options, basePath: '/api/chat' })

  const response = await mounted.fetch(new Request(`https://chat.example.com${prefix}/demo/hello`))

  expect(await response.json()).toMatchObject({ name: 'parley' })
})

describe('closing the server', () => {
  test('ends streams, and completes requests in flight', async () => {
    const closing = await createServer(options)
    const user = await createUser(closing)
    const id = await createConversation(closing, user)
    const stream = await closing.fetch(get(`/conversations/${id}/listen`, user))

    const sending = sendText(closing, user, id, 'last')
    await closing.close()

    expect(await sending).toMatch(/^msg_/)
    expect(await stream.text()).toMatch(/\n\n$/)
  })

  test('responds with 503 to a request whose body does not arrive, and to later ones', async () => {
    const closing = await createServer(options)
    const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' } as RequestInit

    const pending = closing.fetch(new Request(`${base}/users`, init))
    await closing.close()
    const later = await closing.fetch(new Request(`${base}/hello`))

    expect([(await pending).status, later.status]).toEqual([503, 503])
    expect(later.headers.get('retry-after')).toBe('1')
  })
})

test('after the server has failed, streams have ended, requests get 503, and it cannot listen', async () => {
  const commitBarrier = createCommitBarrier()
  const { chat: failing } = await startServer(options, { commitBarrier })
  const user = await createUser(failing)
  const id = await createConversation(failing, user)
  const stream = await failing.fetch(get(`/conversations/${id}/listen`, user))

  commitBarrier.crash()
  const failed = await failing.fetch(post('/conversations', {}, user.key))
  await expect(failing.closed).rejects.toThrow('the storage has failed')
  const later = await failing.fetch(get('/users/me', user))

  expect([failed.status, later.status]).toEqual([503, 503])
  expect(await stream.text()).toMatch(/\n\n$/)
  await expect(failing.listen({ port: 0 })).rejects.toThrow(
    'Unable to listen; the server has failed. Restart the process.',
  )
  commitBarrier.unblock()
  await failing.close()
})
