import { describe, expect, test } from 'vitest'
import type { ChatSignal, ConnectedUser, ListenOptions, StreamReady } from '../src/index.ts'
import { collect } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message } from './example-answers.ts'
import { failureOf } from './failure-of.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  drop,
  endedStream,
  failure,
  html,
  json,
  startScriptedServer,
  stream,
  text,
  type Answer,
  type ScriptedServer,
} from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const created = { type: 'message_created', data: { ...message, isBot: true } }
const resumable = json(200, { abilities: ['resume', 'limit'] })

function sse(signal: unknown, id?: string): string {
  return `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(signal)}\n\n`
}

/** All signals of a stream that ends. */
function listen(me: ConnectedUser, options: Partial<ListenOptions> = {}): Promise<ChatSignal[]> {
  return collect(me.listenConversation({ id: 'c', ...options }))
}

/** What a client hears on a stream of these bytes. */
async function heard(...chunks: (string | Uint8Array)[]): Promise<ChatSignal[]> {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, endedStream(...chunks))
  return await listen(me)
}

describe('signals', () => {
  test('come in order, as the server sent them, and the stream ends when the server ends it', async () => {
    const deleted = { type: 'message_deleted', data: { id: 'msg_1', conversationId: 'c', userId: 'u' } }

    expect(await heard(sse(created), sse(deleted))).toEqual([created, deleted])
  })

  test('carry their place in the stream, where the server gives one', async () => {
    expect(await heard(sse(created, '17'), sse(created))).toEqual([{ ...created, id: '17' }, created])
  })

  test.each([
    ['of a new type', { type: 'message_pinned', data: { id: 'm' } }],
    ['without data', { type: 'message_created' }],
    ['without a type', { data: {} }],
    ['named like what every object has', { type: 'toString', data: {} }],
    ['that are no object', [1]],
    ['that are null', null],
  ])('%s reach the caller as unknown', async (_, value) => {
    expect(await heard(sse(value), sse(created))).toEqual([{ type: 'unknown', data: value }, created])
  })

  test('that are not JSON reach the caller as unknown text', async () => {
    expect(await heard('event: message\ndata: {"type":\n\n', sse(created))).toEqual([
      { type: 'unknown', data: '{"type":' },
      created,
    ])
  })

  test('of a named event reach the caller as unknown, by that name', async () => {
    expect(await heard('event: typing\nid: 3\ndata: {"userId":"u"}\n\n')).toEqual([
      { type: 'unknown', data: { type: 'typing', data: { userId: 'u' } }, id: '3' },
    ])
  })

  test('are whole, however the network cuts their bytes', async () => {
    const signal = {
      type: 'message_created',
      data: { ...created.data, payload: { type: 'text', text: 'größer 🎉' } },
    }
    const bytes = new TextEncoder().encode(sse(signal))

    expect(await heard(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([signal])
  })
})

describe('what the hosted service does', () => {
  test('a ping is no signal', async () => {
    expect(
      await heard('event: message\ndata: ping\n\n', sse(created), 'event: message\ndata: ping\n\n'),
    ).toEqual([created])
  })

  test('a comment is no signal', async () => {
    expect(await heard(': welcome\n\n', sse(created))).toEqual([created])
  })

  test.each([
    ['at once', [`{}${sse(created)}`]],
    ['alone at first', ['{}', sse(created)]],
    ['in pieces', ['{', '}ev', 'ent: message\ndata: ', JSON.stringify(created), '\n\n']],
  ])('a stream may open with {}, %s', async (_, chunks) => {
    expect(await heard(...chunks, sse(created))).toEqual([created, created])
  })

  test('a stream is open as soon as it answers, and fresh', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, stream())
    const ready: StreamReady[] = []

    const controller = new AbortController()
    const listening = listen(me, { onReady: (state) => ready.push(state), signal: controller.signal })
    await expect.poll(() => ready).toEqual([{ state: 'fresh' }])
    controller.abort('done')

    await expect(listening).rejects.toBe('done')
  })

  test('what was missed cannot be had: no header asks for it, and the stream is reset', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, endedStream())
    const ready: StreamReady[] = []

    await listen(me, { after: '17', onReady: (state) => ready.push(state) })

    expect(ready).toEqual([{ state: 'reset' }])
    expect(server.requests[0]?.headers).not.toHaveProperty('last-event-id')
  })
})

describe('a server that can resume', () => {
  async function startResumable(...chunks: string[]): Promise<ScriptedServer> {
    const server = await startScriptedServer()
    server.on('GET /hello', resumable)
    server.on(route, endedStream(...chunks))
    return server
  }

  test('is asked for what was missed, and says where the stream begins before any signal', async () => {
    await using server = await startResumable(
      'event: ready\ndata: {"state":"resumed","id":"17"}\n\n',
      sse(created, '18'),
    )
    const me = await connectTo(server)
    const order: unknown[] = []

    for await (const signal of me.listenConversation({
      id: 'c',
      after: '17',
      onReady: (ready) => order.push(ready),
    }))
      order.push(signal)

    expect(server.requests[0]?.headers['last-event-id']).toBe('17')
    expect(order).toEqual([
      { state: 'resumed', id: '17' },
      { ...created, id: '18' },
    ])
  })

  test('is not asked for what nobody missed', async () => {
    await using server = await startResumable('event: ready\ndata: {"state":"fresh","id":"17"}\n\n')
    const me = await connectTo(server)
    const ready: StreamReady[] = []

    await listen(me, { onReady: (state) => ready.push(state) })

    expect(server.requests[0]?.headers).not.toHaveProperty('last-event-id')
    expect(ready).toEqual([{ state: 'fresh', id: '17' }])
  })
})

describe('a stream that fails', () => {
  test('by a lost connection: NetworkFailed, after the signals before it', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, (response, request) => {
      stream()(response, request)
      response.write(sse(created), () => response.destroy())
    })
    const seen: ChatSignal[] = []

    const error = await failureOf(
      (async () => {
        for await (const signal of me.listenConversation({ id: 'c' })) seen.push(signal)
      })(),
    )

    expect(error).toMatchObject({
      type: 'NetworkFailed',
      message: 'Unable to listen conversation; the connection failed. Check the network and the url.',
    })
    expect(seen).toEqual([created])
  })

  test('by silence: TimedOut after 60 s without a byte', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock })
    let say: (chunk: string) => void = () => {}
    server.on(route, (response, request) => {
      stream()(response, request)
      say = (chunk) => void response.write(chunk)
    })

    const failing = failureOf(listen(me))
    await expect.poll(() => clock.waits).toEqual([60_000])
    clock.advance(59_999)
    say('event: message\ndata: ping\n\n')
    await expect.poll(() => clock.waits).toEqual([60_000])
    clock.advance(60_000)

    expect(await failing).toMatchObject({
      type: 'TimedOut',
      message: 'Unable to listen conversation; nothing came for 60000 ms. Try again.',
    })
    expect(clock.waits).toEqual([])
  })

  test('not by a slow reader', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock })
    server.on(route, endedStream(sse(created), sse(created)))

    let count = 0
    for await (const _signal of me.listenConversation({ id: 'c' })) {
      count++
      clock.advance(120_000)
    }

    expect(count).toBe(2)
  })

  test.each<[string, Answer, string]>([
    ['a refusal', failure(403, 'Forbidden'), 'Forbidden'],
    ['a refused key', failure(401, 'Unauthorized'), 'Unauthorized'],
    ['an error body with HTTP 200', json(200, { code: 403, type: 'Forbidden', message: 'no' }), 'Forbidden'],
    ["a load balancer's 404", html(404), 'UnexpectedAnswer'],
    ["a captive portal's page", html(200), 'UnexpectedAnswer'],
    ['plain text', text(200, 'ok', 'text/plain'), 'UnexpectedAnswer'],
    ['a dropped connection', drop, 'NetworkFailed'],
  ])('by %s on opening', async (_, answer, type) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, answer)

    expect(await failureOf(listen(me))).toMatchObject({ type })
  })

  test('is opened again where only the opening failed', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, drop, failure(503, 'Unavailable'), endedStream(sse(created)))

    expect(await listen(me)).toEqual([created])
  })
})

describe('connections', () => {
  test('nothing is opened before somebody iterates, and each iteration opens its own', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, endedStream(sse(created)))

    const signals = me.listenConversation({ id: 'c' })
    expect(server.requests).toEqual([])

    expect(await collect(signals)).toEqual([created])
    expect(await collect(signals)).toEqual([created])
  })

  test('break closes the connection', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    let closed = 0
    server.on(route, (response, request) => {
      response.on('close', () => closed++)
      stream(sse(created))(response, request)
    })

    for await (const _signal of me.listenConversation({ id: 'c' })) break

    await expect.poll(() => closed).toBe(1)
  })

  test('a thousand opened and closed leave none behind', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    let open = 0
    server.on(route, (response, request) => {
      open++
      response.on('close', () => open--)
      stream(sse(created))(response, request)
    })

    for (let round = 0; round < 50; round++) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          for await (const _signal of me.listenConversation({ id: 'c' })) break
        }),
      )
    }

    expect(server.seen(route)).toHaveLength(1000)
    await expect.poll(() => open).toBe(0)
  }, 30_000)
})
