import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ChatSignal, ConnectionStatus } from '../src/index.ts'
import { collectSignals } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  apiError,
  html,
  json,
  ready,
  neverRespond,
  sse,
  startScriptedServer,
  stream,
  type Respond,
} from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const listRoute = 'GET /conversations/c/messages'

afterEach(() => vi.unstubAllGlobals())

/** Simulates a page in a browser, and counts its event listeners. */
function simulatePage({ onLine = true }: { onLine?: boolean } = {}) {
  const listeners = new Map<string, Set<() => void>>()
  const on = (name: string) => listeners.get(name) ?? new Set()
  const target = {
    addEventListener: (name: string, listener: () => void) =>
      void listeners.set(name, on(name).add(listener)),
    removeEventListener: (name: string, listener: () => void) => void on(name).delete(listener),
  }
  const document = { ...target, visibilityState: 'hidden' }
  const navigator = { onLine }
  vi.stubGlobal('addEventListener', target.addEventListener)
  vi.stubGlobal('removeEventListener', target.removeEventListener)
  vi.stubGlobal('document', document)
  vi.stubGlobal('navigator', navigator)
  const dispatch = (name: string) => on(name).forEach((listener) => listener())
  return {
    listeners: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
    hide: () => {
      document.visibilityState = 'hidden'
      dispatch('visibilitychange')
    },
    show: () => {
      document.visibilityState = 'visible'
      dispatch('visibilitychange')
    },
    goOffline: () => {
      navigator.onLine = false
      dispatch('offline')
    },
    goOnline: () => {
      navigator.onLine = true
      dispatch('online')
    },
  }
}

async function startStream(responses: [Respond, ...Respond[]], options = {}, capabilities: string[] = []) {
  const server = await startScriptedServer()
  const clock = createFakeClock()
  server.on('GET /hello', json(200, { capabilities }))
  server.on(route, ...responses)
  const me = await connectTo(server, { clock, random: () => 1 })
  const controller = new AbortController()
  const { signal } = controller
  const statuses: ConnectionStatus[] = []
  let reconnect = (): void => {}
  const onReconnectTrigger = (callback: () => void) => {
    reconnect = callback
    return () => {
      reconnect = () => {}
    }
  }
  const onStatus = (status: ConnectionStatus) => void statuses.push(status)
  const { items, ended } = collectSignals(
    me.listenConversation({ id: 'c', signal, onStatus, onReconnectTrigger, ...options }),
  )
  return {
    me,
    server,
    clock,
    statuses,
    items,
    reconnect: () => reconnect(),
    connectionCount: () => server.requestsTo(route).length,
    [Symbol.asyncDispose]: async () => {
      controller.abort('done')
      await expect(ended).rejects.toBe('done')
      expect(clock.waits).toEqual([])
      await server[Symbol.asyncDispose]()
    },
  }
}

function created(id: string): ChatSignal {
  return { type: 'message_created', data: { ...message, id, isBot: true } }
}

describe('a waiting stream reconnects at once', () => {
  test.each([
    ['the app calls reconnect', (source: { reconnect: () => void }) => source.reconnect()],
    ['the browser goes online', (source: { page: { goOnline: () => void } }) => source.page.goOnline()],
    ['the page becomes visible', (source: { page: { show: () => void } }) => source.page.show()],
  ])('when %s', async (_, trigger) => {
    const page = simulatePage()
    await using running = await startStream([html(502), html(502), stream()])
    await expect.poll(() => running.clock.waits).toEqual([1_000])
    running.clock.advance(1_000)
    await expect.poll(() => running.clock.waits).toEqual([2_000])

    trigger({ reconnect: running.reconnect, page })
    await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'online' })

    expect(running.statuses.at(-2)).toMatchObject({
      state: 'reconnecting',
      attempt: 1,
      retryAt: running.clock.now(),
    })
    expect(running.connectionCount()).toBe(3)
  })

  test('but not when the page becomes hidden', async () => {
    const page = simulatePage()
    await using running = await startStream([html(502)])
    await expect.poll(() => running.clock.waits).toEqual([1_000])

    page.hide()

    expect(running.clock.waits).toEqual([1_000])
    expect(running.connectionCount()).toBe(1)
  })

  test('also when the app calls reconnect inside onStatus', async () => {
    let reconnect = (): void => {}
    const onStatus = ({ state }: ConnectionStatus) => void (state === 'reconnecting' && reconnect())
    const onReconnectTrigger = (callback: () => void) => {
      reconnect = callback
      return () => {}
    }
    await using running = await startStream([html(502), stream()], { onStatus, onReconnectTrigger })

    await expect.poll(running.connectionCount).toBe(2)
  })
})

test('in a browser without network, the status is offline and the stream still retries', async () => {
  const page = simulatePage({ onLine: false })
  await using running = await startStream([html(502), html(502), stream()])
  await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'offline' })
  await expect.poll(() => running.clock.waits).toEqual([1_000])

  running.clock.advance(1_000)
  await expect.poll(() => running.clock.waits).toEqual([2_000])
  page.goOnline()

  await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'online' })
})

test('an open stream is offline as soon as the browser goes offline, and reconnects when it is online', async () => {
  const page = simulatePage()
  await using running = await startStream([stream(), stream()])
  await expect.poll(() => running.clock.waits).toEqual([60_000])

  page.goOffline()
  await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'offline' })
  page.goOnline()

  await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'online' })
  expect(running.connectionCount()).toBe(2)
})

describe('sending a message', () => {
  const hello = { conversationId: 'c', payload: { type: 'text', text: 'Hello' } } as const

  test('makes a waiting stream reconnect after the response', async () => {
    await using running = await startStream([html(502), stream()])
    await expect.poll(() => running.clock.waits).toEqual([1_000])
    running.server.on('POST /messages', json(201, { message }))

    await running.me.createMessage(hello)

    await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'online' })
    expect(running.connectionCount()).toBe(2)
  })

  test('does not shorten a retry-after of the stream', async () => {
    const busy = apiError(503, 'Unavailable', { 'retry-after': '90' })
    await using running = await startStream([busy, stream()])
    await expect.poll(() => running.clock.waits).toEqual([90_000])
    running.server.on('POST /messages', json(201, { message }))

    await running.me.createMessage(hello)
    expect(running.clock.waits).toEqual([90_000])
    running.clock.advance(90_000)

    await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'online' })
    expect(running.connectionCount()).toBe(2)
  })

  test('shortens at most every second delay of a stream that keeps failing', async () => {
    await using running = await startStream([html(502)])
    await expect.poll(() => running.clock.waits).toEqual([1_000])
    running.server.on('POST /messages', json(201, { message }))

    await running.me.createMessage(hello)
    await expect.poll(() => running.clock.waits).toEqual([2_000])
    for (let count = 1; count <= 10; count++) await running.me.createMessage(hello)
    expect(running.connectionCount()).toBe(2)
    running.clock.advance(2_000)
    await expect.poll(() => running.clock.waits).toEqual([4_000])
    await running.me.createMessage(hello)

    await expect.poll(running.connectionCount).toBe(4)
    await expect.poll(() => running.clock.waits).toEqual([8_000])
  })

  test('does not discard a trigger that is still pending', async () => {
    const page = simulatePage()
    let respond = (): void => {}
    const late: Respond = (response, request) => {
      respond = () => html(502)(response, request)
    }
    await using running = await startStream([late, stream()])
    await expect.poll(running.connectionCount).toBe(1)
    running.server.on('POST /messages', json(201, { message }))

    page.goOnline()
    await running.me.createMessage(hello)
    respond()

    await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'online' })
    expect(running.connectionCount()).toBe(2)
  })

  test('replaces a stream that receives nothing while the POST gets no response for 10 s', async () => {
    await using running = await startStream([stream(), stream()])
    await expect.poll(() => running.clock.waits).toEqual([60_000])
    running.server.on('POST /messages', neverRespond)
    running.clock.advance(1)

    const end = new AbortController()
    const sent = running.me.createMessage(hello, { signal: end.signal })
    await expect.poll(() => running.clock.waits).toEqual([10_000, 30_000, 59_999])
    running.clock.advance(10_000)

    await expect.poll(running.connectionCount).toBe(2)
    end.abort('done')
    await expect(sent).rejects.toBe('done')
  })

  test('keeps a stream if the POST was aborted', async () => {
    await using running = await startStream([stream(), stream()])
    await expect.poll(() => running.clock.waits).toEqual([60_000])
    running.server.on('POST /messages', neverRespond)
    running.clock.advance(1)

    const end = new AbortController()
    const sent = running.me.createMessage(hello, { signal: end.signal })
    await expect.poll(() => running.clock.waits).toEqual([10_000, 30_000, 59_999])
    end.abort('done')
    await expect(sent).rejects.toBe('done')

    expect(running.clock.waits).toEqual([59_999])
  })

  test('keeps a stream that has received data since the POST was sent', async () => {
    let write = (): void => {}
    const respond: Respond = (response, request) => {
      stream()(response, request)
      write = () => void response.write(sse(created('1')))
    }
    await using running = await startStream([respond, stream()])
    await expect.poll(() => running.clock.waits).toEqual([60_000])
    running.server.on('POST /messages', neverRespond)

    const end = new AbortController()
    const sent = running.me.createMessage(hello, { signal: end.signal })
    await expect.poll(() => running.clock.waits).toEqual([10_000, 30_000, 60_000])
    running.clock.advance(1)
    write()
    await expect.poll(() => running.clock.waits).toEqual([9_999, 29_999, 60_000])
    running.clock.advance(9_999)
    end.abort('done')
    await expect(sent).rejects.toBe('done')

    expect(running.statuses.map(({ state }) => state)).toEqual(['connecting', 'online'])
    expect(running.connectionCount()).toBe(1)
  })
})

test('a stream fails at once if fetch cannot stream bodies', async () => {
  await using server = await startScriptedServer()
  const fetch = async (request: RequestInfo | URL) => {
    const response = await globalThis.fetch(request)
    const { status, headers } = response
    return Object.defineProperty(new Response(await response.text(), { status, headers }), 'body', {
      value: undefined,
    })
  }
  server.on(route, stream())
  const me = await connectTo(server, { fetch })

  const { ended } = collectSignals(me.listenConversation({ id: 'c' }))

  expect(await ended).toMatchObject({
    type: 'StreamingUnsupported',
    message:
      'Unable to listen to the conversation; this fetch cannot stream responses. ' +
      'Pass a "fetch" that can to createChat.',
  })
  expect(server.requestsTo(route)).toEqual([])
})

test('closed streams leave no event listeners on the page', async () => {
  const page = simulatePage()
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, stream(sse(created('1'))))

  for (let round = 0; round < 20; round++) {
    for await (const _signal of me.listenConversation({ id: 'c' })) {
      expect(page.listeners()).toBe(3)
      break
    }
  }

  expect(page.listeners()).toBe(0)
})

describe('a reconnect trigger on an open connection', () => {
  test('replaces a connection that was silent for longer than the ping interval', async () => {
    await using running = await startStream([stream(), stream()])
    await expect.poll(() => running.clock.waits).toEqual([60_000])

    running.clock.advance(30_000)
    running.reconnect()

    await expect.poll(running.connectionCount).toBe(2)
    await expect.poll(() => running.statuses.map(({ state }) => state)).toContain('reconnecting')
    expect(running.statuses.find(({ state }) => state === 'reconnecting')).toMatchObject({
      cause: { type: 'TimedOut' },
    })
  })

  test('keeps a healthy connection, and lists missed messages if the server has no replay', async () => {
    await using running = await startStream([stream(sse(created('1')))])
    await expect.poll(() => running.items).toEqual([created('1')])
    const messages = [
      { ...message, id: '2' },
      { ...message, id: '1' },
    ]
    running.server.on(listRoute, json(200, { messages, meta: {} }))

    running.clock.advance(29_999)
    running.reconnect()

    await expect.poll(() => running.items).toHaveLength(2)
    expect(running.items[1]).toMatchObject({ type: 'message_created', data: { id: '2' } })
    expect(running.connectionCount()).toBe(1)
  })

  test('calls onPossibleGap instead with onGap report', async () => {
    let possibleGaps = 0
    const options = { onGap: 'report', onPossibleGap: () => possibleGaps++ }
    await using running = await startStream([stream()], options)
    await expect.poll(() => running.clock.waits).toEqual([60_000])

    running.reconnect()

    await expect.poll(() => possibleGaps).toBe(1)
    expect(running.server.requestsTo(listRoute)).toEqual([])
    expect(running.connectionCount()).toBe(1)
  })

  test('that fires many times while the consumer does not read counts once', async () => {
    await using server = await startScriptedServer()
    server.on(route, stream(sse(created('1')), sse(created('2'))))
    const me = await connectTo(server)
    let reconnect = (): void => {}
    let possibleGaps = 0
    const signals = me
      .listenConversation({
        id: 'c',
        onGap: 'report',
        onPossibleGap: () => possibleGaps++,
        onReconnectTrigger(callback) {
          reconnect = callback
          return () => {}
        },
      })
      [Symbol.asyncIterator]()
    await signals.next()
    await signals.next()

    for (let count = 0; count < 1_000; count++) reconnect()
    const next = signals.next()
    await expect.poll(() => possibleGaps).toBeGreaterThan(0)
    await signals.return?.()

    expect(await next).toEqual({ done: true, value: undefined })
    expect(possibleGaps).toBe(1)
  })

  test('does not call onPossibleGap if the server has replay', async () => {
    let possibleGaps = 0
    const options = { onGap: 'report', onPossibleGap: () => possibleGaps++ }
    const respond = stream(ready('fresh', '1'))
    await using running = await startStream([respond], options, ['resume'])
    await expect.poll(() => running.statuses.at(-1)).toEqual({ state: 'online' })
    await expect.poll(() => running.clock.waits).toEqual([60_000])

    running.reconnect()
    running.clock.advance(30_000)
    running.reconnect()
    await expect.poll(running.connectionCount).toBe(2)

    expect(possibleGaps).toBe(0)
  })
})
