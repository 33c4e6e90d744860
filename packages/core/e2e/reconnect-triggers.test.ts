import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ChatSignal, ConnectionStatus } from '../src/index.ts'
import { collectSignals } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  failure,
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
const listing = 'GET /conversations/c/messages'

afterEach(() => vi.unstubAllGlobals())

/** Plays a page in a browser, and counts who listens to it. */
function openPage({ onLine = true }: { onLine?: boolean } = {}) {
  const listeners = new Map<string, Set<() => void>>()
  const on = (name: string) => listeners.get(name) ?? new Set()
  const target = {
    addEventListener: (name: string, listener: () => void) => listeners.set(name, on(name).add(listener)),
    removeEventListener: (name: string, listener: () => void) => on(name).delete(listener),
  }
  const document = { ...target, visibilityState: 'hidden' }
  const navigator = { onLine }
  vi.stubGlobal('addEventListener', target.addEventListener)
  vi.stubGlobal('removeEventListener', target.removeEventListener)
  vi.stubGlobal('document', document)
  vi.stubGlobal('navigator', navigator)
  const tell = (name: string) => on(name).forEach((listener) => listener())
  return {
    listeners: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
    hide: () => {
      document.visibilityState = 'hidden'
      tell('visibilitychange')
    },
    show: () => {
      document.visibilityState = 'visible'
      tell('visibilitychange')
    },
    goOffline: () => {
      navigator.onLine = false
      tell('offline')
    },
    goOnline: () => {
      navigator.onLine = true
      tell('online')
    },
  }
}

async function startListening(answers: [Respond, ...Respond[]], options = {}, capabilities: string[] = []) {
  const server = await startScriptedServer()
  const clock = createFakeClock()
  server.on('GET /hello', json(200, { capabilities }))
  server.on(route, ...answers)
  const me = await connectTo(server, { clock, random: () => 1 })
  const controller = new AbortController()
  const { signal } = controller
  const statuses: ConnectionStatus[] = []
  let wake = (): void => {}
  const onReconnectTrigger = (call: () => void) => {
    wake = call
    return () => {
      wake = () => {}
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
    wake: () => wake(),
    opened: () => server.requestsTo(route).length,
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

describe('while it waits, a stream tries at once', () => {
  test.each([
    ['the app says so', (by: { wake: () => void }) => by.wake()],
    ['the browser is online', (by: { page: { goOnline: () => void } }) => by.page.goOnline()],
    ['the page becomes visible', (by: { page: { show: () => void } }) => by.page.show()],
  ])('when %s', async (_, act) => {
    const page = openPage()
    await using listening = await startListening([html(502), html(502), stream()])
    await expect.poll(() => listening.clock.waits).toEqual([1_000])
    listening.clock.advance(1_000)
    await expect.poll(() => listening.clock.waits).toEqual([2_000])

    act({ wake: listening.wake, page })
    await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'online' })

    expect(listening.statuses.at(-2)).toMatchObject({
      state: 'reconnecting',
      attempt: 1,
      retryAt: listening.clock.now(),
    })
    expect(listening.opened()).toBe(3)
  })

  test('not when the page is hidden', async () => {
    const page = openPage()
    await using listening = await startListening([html(502)])
    await expect.poll(() => listening.clock.waits).toEqual([1_000])

    page.hide()

    expect(listening.clock.waits).toEqual([1_000])
    expect(listening.opened()).toBe(1)
  })

  test('also when the app says so from within the report that it waits', async () => {
    let wake = (): void => {}
    const onStatus = ({ state }: ConnectionStatus) => void (state === 'reconnecting' && wake())
    const onReconnectTrigger = (call: () => void) => {
      wake = call
      return () => {}
    }
    await using listening = await startListening([html(502), stream()], { onStatus, onReconnectTrigger })

    await expect.poll(listening.opened).toBe(2)
  })
})

test('a browser without network is offline, and attempts go on all the same', async () => {
  const page = openPage({ onLine: false })
  await using listening = await startListening([html(502), html(502), stream()])
  await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'offline' })
  await expect.poll(() => listening.clock.waits).toEqual([1_000])

  listening.clock.advance(1_000)
  await expect.poll(() => listening.clock.waits).toEqual([2_000])
  page.goOnline()

  await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'online' })
})

test('an open stream is offline at once when the browser goes offline, and reconnects when it is online', async () => {
  const page = openPage()
  await using listening = await startListening([stream(), stream()])
  await expect.poll(() => listening.clock.waits).toEqual([60_000])

  page.goOffline()
  await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'offline' })
  page.goOnline()

  await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'online' })
  expect(listening.opened()).toBe(2)
})

describe('sending a message', () => {
  const hello = { conversationId: 'c', payload: { type: 'text', text: 'Hello' } } as const

  test('makes a waiting stream reconnect once the message is stored', async () => {
    await using listening = await startListening([html(502), stream()])
    await expect.poll(() => listening.clock.waits).toEqual([1_000])
    listening.server.on('POST /messages', json(201, { message }))

    await listening.me.createMessage(hello)

    await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'online' })
    expect(listening.opened()).toBe(2)
  })

  test('does not shorten a retry-after of the stream', async () => {
    const busy = failure(503, 'Unavailable', { 'retry-after': '90' })
    await using listening = await startListening([busy, stream()])
    await expect.poll(() => listening.clock.waits).toEqual([90_000])
    listening.server.on('POST /messages', json(201, { message }))

    await listening.me.createMessage(hello)
    expect(listening.clock.waits).toEqual([90_000])
    listening.clock.advance(90_000)

    await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'online' })
    expect(listening.opened()).toBe(2)
  })

  test('wakes a stream that keeps failing at most every second wait', async () => {
    await using listening = await startListening([html(502)])
    await expect.poll(() => listening.clock.waits).toEqual([1_000])
    listening.server.on('POST /messages', json(201, { message }))

    await listening.me.createMessage(hello)
    await expect.poll(() => listening.clock.waits).toEqual([2_000])
    for (let count = 1; count <= 10; count++) await listening.me.createMessage(hello)
    expect(listening.opened()).toBe(2)
    listening.clock.advance(2_000)
    await expect.poll(() => listening.clock.waits).toEqual([4_000])
    await listening.me.createMessage(hello)

    await expect.poll(listening.opened).toBe(4)
    await expect.poll(() => listening.clock.waits).toEqual([8_000])
  })

  test('does not discard a wake that the stream has yet to handle', async () => {
    const page = openPage()
    let answer = (): void => {}
    const late: Respond = (response, request) => {
      answer = () => html(502)(response, request)
    }
    await using listening = await startListening([late, stream()])
    await expect.poll(listening.opened).toBe(1)
    listening.server.on('POST /messages', json(201, { message }))

    page.goOnline()
    await listening.me.createMessage(hello)
    answer()

    await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'online' })
    expect(listening.opened()).toBe(2)
  })

  test('replaces a stream that stays silent while there is no response for 10 s', async () => {
    await using listening = await startListening([stream(), stream()])
    await expect.poll(() => listening.clock.waits).toEqual([60_000])
    listening.server.on('POST /messages', neverRespond)
    listening.clock.advance(1)

    const end = new AbortController()
    const sent = listening.me.createMessage(hello, { signal: end.signal })
    await expect.poll(() => listening.clock.waits).toEqual([10_000, 30_000, 59_999])
    listening.clock.advance(10_000)

    await expect.poll(listening.opened).toBe(2)
    end.abort('done')
    await expect(sent).rejects.toBe('done')
  })

  test('keeps a stream that has delivered data since', async () => {
    let say = (): void => {}
    const speaking: Respond = (response, request) => {
      stream()(response, request)
      say = () => void response.write(sse(created('1')))
    }
    await using listening = await startListening([speaking, stream()])
    await expect.poll(() => listening.clock.waits).toEqual([60_000])
    listening.server.on('POST /messages', neverRespond)

    const end = new AbortController()
    const sent = listening.me.createMessage(hello, { signal: end.signal })
    await expect.poll(() => listening.clock.waits).toEqual([10_000, 30_000, 60_000])
    listening.clock.advance(1)
    say()
    await expect.poll(() => listening.clock.waits).toEqual([9_999, 29_999, 60_000])
    listening.clock.advance(9_999)
    end.abort('done')
    await expect(sent).rejects.toBe('done')

    expect(listening.statuses.map(({ state }) => state)).toEqual(['connecting', 'online'])
    expect(listening.opened()).toBe(1)
  })
})

test('a fetch without streaming bodies fails at once with advice', async () => {
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
      'Unable to listen to the conversation; this fetch cannot stream responses. Pass a "fetch" that can to createChat.',
  })
  expect(server.requestsTo(route)).toEqual([])
})

test('no listener stays on the page', async () => {
  const page = openPage()
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

describe('on waking while it is connected', () => {
  test('a line that was silent for longer than servers are is replaced at once', async () => {
    await using listening = await startListening([stream(), stream()])
    await expect.poll(() => listening.clock.waits).toEqual([60_000])

    listening.clock.advance(30_000)
    listening.wake()

    await expect.poll(listening.opened).toBe(2)
    await expect.poll(() => listening.statuses.map(({ state }) => state)).toContain('reconnecting')
    expect(listening.statuses.find(({ state }) => state === 'reconnecting')).toMatchObject({
      cause: { type: 'TimedOut' },
    })
  })

  test('a line that lives stays, and what it lost is listed by servers without replay', async () => {
    await using listening = await startListening([stream(sse(created('1')))])
    await expect.poll(() => listening.items).toEqual([created('1')])
    const messages = [
      { ...message, id: '2' },
      { ...message, id: '1' },
    ]
    listening.server.on(listing, json(200, { messages, meta: {} }))

    listening.clock.advance(29_999)
    listening.wake()

    await expect.poll(() => listening.items).toHaveLength(2)
    expect(listening.items[1]).toMatchObject({ type: 'message_created', data: { id: '2' } })
    expect(listening.opened()).toBe(1)
  })

  test('the caller is told so where it does that itself', async () => {
    let told = 0
    const options = { onGap: 'report', onPossibleGap: () => told++ }
    await using listening = await startListening([stream()], options)
    await expect.poll(() => listening.clock.waits).toEqual([60_000])

    listening.wake()

    await expect.poll(() => told).toBe(1)
    expect(listening.server.requestsTo(listing)).toEqual([])
    expect(listening.opened()).toBe(1)
  })

  test('a server with replay has lost nothing', async () => {
    let told = 0
    const options = { onGap: 'report', onPossibleGap: () => told++ }
    const begin = stream(ready('fresh', '1'))
    await using listening = await startListening([begin], options, ['resume'])
    await expect.poll(() => listening.statuses.at(-1)).toEqual({ state: 'online' })
    await expect.poll(() => listening.clock.waits).toEqual([60_000])

    listening.wake()
    listening.clock.advance(30_000)
    listening.wake()
    await expect.poll(listening.opened).toBe(2)

    expect(told).toBe(0)
  })
})
