import { describe, expect, test } from 'vitest'
import type { ChatSignal, StreamReady } from '../src/index.ts'
import { collectSignals, collectUntilForbidden } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import { endedStream, failure, sse, startScriptedServer, stream } from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const created = { type: 'message_created', data: { ...message, isBot: true } }
const other = { type: 'message_created', data: { ...message, id: 'msg_2', isBot: true } }
const refusal = failure(403, 'Forbidden')

/** What a client hears on a stream of these bytes. */
async function heard(...chunks: (string | Uint8Array)[]): Promise<ChatSignal[]> {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, endedStream(...chunks), refusal)
  return await collectUntilForbidden(me.listenConversation({ id: 'c' }))
}

describe('signals', () => {
  test('come in order, as the server sent them', async () => {
    const deleted = { type: 'message_deleted', data: { id: 'msg_1', conversationId: 'c', userId: 'u' } }

    expect(await heard(sse(created), sse(deleted))).toEqual([created, deleted])
  })

  test('carry their place in the stream, where the server gives one', async () => {
    expect(await heard(sse(created, '17'), sse(other))).toEqual([{ ...created, id: '17' }, other])
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
    expect(await heard('event: poke\nid: 3\ndata: {"userId":"u"}\n\n')).toEqual([
      { type: 'unknown', data: { type: 'poke', data: { userId: 'u' } }, id: '3' },
    ])
  })

  test('of typing come as a named event', async () => {
    const data = { conversationId: 'c', userId: 'u' }

    expect(await heard(`event: typing\ndata: ${JSON.stringify(data)}\n\n`)).toEqual([
      { type: 'typing', data },
    ])
  })

  test.each(['null', '"fresh"', '[]', 'nonsense'])(
    'that say %s of where the stream begins reach the caller as unknown',
    async (data) => {
      const [first, ...rest] = await heard(`event: ready\ndata: ${data}\n\n`, sse(created))

      expect(first).toMatchObject({ type: 'unknown', data: { type: 'ready' } })
      expect(rest).toEqual([created])
    },
  )

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
    expect(await heard(...chunks, sse(other))).toEqual([created, other])
  })

  test('a stream is open as soon as it answers, and fresh', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, stream())
    const begun: StreamReady[] = []
    const controller = new AbortController()

    const { ended } = collectSignals(
      me.listenConversation({ id: 'c', onReady: (state) => begun.push(state), signal: controller.signal }),
    )
    await expect.poll(() => begun).toEqual([{ state: 'fresh' }])
    controller.abort('done')

    await expect(ended).rejects.toBe('done')
  })
})

test('a slow reader makes no silence', async () => {
  await using server = await startScriptedServer()
  const clock = createFakeClock()
  const me = await connectTo(server, { clock })
  server.on(route, stream(sse(created), sse(other)))

  let count = 0
  for await (const _signal of me.listenConversation({ id: 'c' })) {
    clock.advance(120_000)
    if (++count === 2) break
  }

  expect(server.requestsTo(route)).toHaveLength(1)
})

describe('connections', () => {
  test('nothing is opened before somebody iterates, and each iteration opens its own', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, endedStream(sse(created)), refusal, endedStream(sse(created)), refusal)

    const signals = me.listenConversation({ id: 'c' })
    expect(server.requests).toEqual([])

    expect(await collectUntilForbidden(signals)).toEqual([created])
    expect(await collectUntilForbidden(signals)).toEqual([created])
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
})
