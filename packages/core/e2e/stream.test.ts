import { describe, expect, test } from 'vitest'
import type { ChatSignal, StreamReady } from '../src/index.ts'
import { collectSignals, collectUntilForbidden } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import { endedStream, apiError, sse, startScriptedServer, stream } from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const created = { type: 'message_created', data: { ...message, isBot: true } }
const secondSignal = { type: 'message_created', data: { ...message, id: 'msg_2', isBot: true } }
const forbidden = apiError(403, 'Forbidden')

/** Returns the signals that a client receives from a stream with these chunks. */
async function receive(...chunks: (string | Uint8Array)[]): Promise<ChatSignal[]> {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, endedStream(...chunks), forbidden)
  return await collectUntilForbidden(me.listenConversation({ id: 'c' }))
}

test('return() ends a stream at once, also while next() is pending, and closes its connection', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  const closed: string[] = []
  server.on(route, (response, request) => {
    response.on('close', () => closed.push(request.path))
    stream()(response, request)
  })
  const states: string[] = []
  const signals = me
    .listenConversation({ id: 'c', onStatus: ({ state }) => states.push(state) })
    [Symbol.asyncIterator]()

  const next = signals.next()
  await expect.poll(() => states).toEqual(['connecting', 'online'])
  const returned = signals.return?.()

  expect(await next).toEqual({ done: true, value: undefined })
  expect(await returned).toEqual({ done: true, value: undefined })
  expect(states).toEqual(['connecting', 'online', 'closed'])
  await expect.poll(() => closed).toHaveLength(1)
})

describe('signals', () => {
  test('arrive in the order in which the server sent them', async () => {
    const deleted = { type: 'message_deleted', data: { id: 'msg_1', conversationId: 'c', userId: 'u' } }

    expect(await receive(sse(created), sse(deleted))).toEqual([created, deleted])
  })

  test('contain their position in the stream, if the server sends one', async () => {
    expect(await receive(sse(created, '17'), sse(secondSignal))).toEqual([
      { ...created, id: '17' },
      secondSignal,
    ])
  })

  test.each([
    ['of a new type', { type: 'message_pinned', data: { id: 'm' } }],
    ['without data', { type: 'message_created' }],
    ['without a type', { data: {} }],
    ['named like a property of every object', { type: 'toString', data: {} }],
    ['that are not objects', [1]],
    ['that are null', null],
  ])('%s are delivered as unknown', async (_, value) => {
    expect(await receive(sse(value), sse(created))).toEqual([{ type: 'unknown', data: value }, created])
  })

  test('that are not JSON are delivered as unknown text', async () => {
    expect(await receive('event: message\ndata: {"type":\n\n', sse(created))).toEqual([
      { type: 'unknown', data: '{"type":' },
      created,
    ])
  })

  test('from unrecognized named events are delivered as unknown, with that name', async () => {
    expect(await receive('event: poke\nid: 3\ndata: {"userId":"u"}\n\n')).toEqual([
      { type: 'unknown', data: { type: 'poke', data: { userId: 'u' } }, id: '3' },
    ])
  })

  test('of type typing arrive as named events', async () => {
    const data = { conversationId: 'c', userId: 'u' }

    expect(await receive(`event: typing\ndata: ${JSON.stringify(data)}\n\n`)).toEqual([
      { type: 'typing', data },
    ])
  })

  test.each(['null', '"fresh"', '[]', 'nonsense'])(
    'from a ready event with the data %s are delivered as unknown',
    async (data) => {
      const [first, ...rest] = await receive(`event: ready\ndata: ${data}\n\n`, sse(created))

      expect(first).toMatchObject({ type: 'unknown', data: { type: 'ready' } })
      expect(rest).toEqual([created])
    },
  )

  test('are decoded correctly from chunks of single bytes', async () => {
    const signal = {
      type: 'message_created',
      data: { ...created.data, payload: { type: 'text', text: 'größer 🎉' } },
    }
    const bytes = new TextEncoder().encode(sse(signal))

    expect(await receive(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([signal])
  })
})

describe('on a stream of the hosted service', () => {
  test('a ping is not a signal', async () => {
    expect(
      await receive('event: message\ndata: ping\n\n', sse(created), 'event: message\ndata: ping\n\n'),
    ).toEqual([created])
  })

  test('a comment is not a signal', async () => {
    expect(await receive(': welcome\n\n', sse(created))).toEqual([created])
  })

  test.each([
    ['in one chunk with a signal', [`{}${sse(created)}`]],
    ['in a chunk of its own', ['{}', sse(created)]],
    ['in several chunks', ['{', '}ev', 'ent: message\ndata: ', JSON.stringify(created), '\n\n']],
  ])('the opening bytes {} are skipped, %s', async (_, chunks) => {
    expect(await receive(...chunks, sse(secondSignal))).toEqual([created, secondSignal])
  })

  test('the stream is ready, with the state fresh, as soon as the response starts', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, stream())
    const readyEvents: StreamReady[] = []
    const controller = new AbortController()

    const { ended } = collectSignals(
      me.listenConversation({
        id: 'c',
        onReady: (event) => readyEvents.push(event),
        signal: controller.signal,
      }),
    )
    await expect.poll(() => readyEvents).toEqual([{ state: 'fresh' }])
    controller.abort('done')

    await expect(ended).rejects.toBe('done')
  })
})

test('a slow consumer does not cause an idle timeout', async () => {
  await using server = await startScriptedServer()
  const clock = createFakeClock()
  const me = await connectTo(server, { clock })
  server.on(route, stream(sse(created), sse(secondSignal)))

  let count = 0
  for await (const _signal of me.listenConversation({ id: 'c' })) {
    clock.advance(120_000)
    if (++count === 2) break
  }

  expect(server.requestsTo(route)).toHaveLength(1)
})

describe('connections', () => {
  test('open when an iteration starts, and each iteration opens its own', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, endedStream(sse(created)), forbidden, endedStream(sse(created)), forbidden)

    const signals = me.listenConversation({ id: 'c' })
    expect(server.requests).toEqual([])

    expect(await collectUntilForbidden(signals)).toEqual([created])
    expect(await collectUntilForbidden(signals)).toEqual([created])
  })

  test('close when the loop breaks', async () => {
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
