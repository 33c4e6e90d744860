import { describe, expect, test } from 'vitest'
import { isChatError, type ChatSignal, type ConnectionStatus } from '../src/index.ts'
import { collectSignals, collectUntilForbidden } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  cutStream,
  drop,
  endedStream,
  apiError,
  html,
  json,
  sse,
  startScriptedServer,
  stream,
  text,
  type Respond,
} from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const forbidden = apiError(403, 'Forbidden')
const discontinuity = { type: 'discontinuity', data: { conversationId: 'c', cause: 'no_replay' } }

function created(id: string): ChatSignal {
  return { type: 'message_created', data: { ...message, id, isBot: true } }
}

/** Formats a status without its time. */
function formatStatus(status: ConnectionStatus): string {
  if (status.state === 'reconnecting') return `reconnecting ${status.attempt} ${status.cause.type}`
  return status.state === 'closed' ? `closed ${status.cause?.type}` : status.state
}

describe('a stream reconnects', () => {
  test.each<[string, Respond, string]>([
    ['its connection was cut', cutStream(sse(created('1'))), 'NetworkFailed'],
    ['the server ended it', endedStream(sse(created('1'))), 'NetworkFailed'],
  ])('after %s', async (_, respond, cause) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, respond, endedStream(sse(created('2'))), forbidden)
    const statuses: string[] = []

    const items = await collectUntilForbidden(
      me.listenConversation({ id: 'c', onStatus: (status) => statuses.push(formatStatus(status)) }),
    )

    expect(items).toEqual([created('1'), discontinuity, created('2')])
    expect(statuses).toEqual([
      'connecting',
      'online',
      `reconnecting 1 ${cause}`,
      'online',
      'reconnecting 1 NetworkFailed',
      'closed Forbidden',
    ])
  })

  test.each<[string, Respond]>([
    ['a dropped connection', drop],
    ["a load balancer's 403", html(403)],
    ["a load balancer's 404", html(404)],
    ["a gateway's 401", json(401, { message: 'Unauthorized' })],
    ["a captive portal's page", html(200)],
    ['plain text', text(200, 'ok', 'text/plain')],
    ['an internal error', apiError(500, 'Internal')],
    ['an unavailable server', apiError(503, 'Unavailable')],
    ['a rate limit', apiError(429, 'RateLimited')],
  ])('if its first connection gets %s', async (_, respond) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, respond, respond, respond, respond, endedStream(sse(created('1'))), forbidden)

    expect(await collectUntilForbidden(me.listenConversation({ id: 'c' }))).toEqual([created('1')])
  })

  test('after 60 s without a byte', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock })
    let write: (chunk: string) => void = () => {}
    const closed: string[] = []
    server.on(route, (response, request) => {
      response.on('close', () => closed.push(request.path))
      stream()(response, request)
      write = (chunk) => void response.write(chunk)
    })
    const statuses: ConnectionStatus[] = []
    const controller = new AbortController()
    const { signal } = controller

    const { ended } = collectSignals(
      me.listenConversation({ id: 'c', signal, onStatus: (status) => statuses.push(status) }),
    )
    await expect.poll(() => clock.waits).toEqual([60_000])
    clock.advance(59_999)
    write('event: message\ndata: ping\n\n')
    await expect.poll(() => clock.waits).toEqual([60_000])
    clock.advance(60_000)
    const lost = () => statuses.find(({ state }) => state === 'reconnecting')
    await expect.poll(lost).toBeDefined()

    expect(lost()).toMatchObject({
      attempt: 1,
      cause: {
        type: 'TimedOut',
        message: 'Unable to listen to the conversation; no data arrived for 60000 ms. Try again.',
      },
    })
    await expect.poll(() => closed).toHaveLength(1)
    controller.abort('done')
    await expect(ended).rejects.toBe('done')
    expect(clock.waits).toEqual([])
  })
})

describe('a stream ends', () => {
  test.each([
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'ResourceNotFound'],
    [410, 'ResourceGone'],
  ] as const)('with a %s of the API', async (status, type) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, endedStream(), apiError(status, type))
    const statuses: ConnectionStatus[] = []

    const { ended } = collectSignals(
      me.listenConversation({ id: 'c', onStatus: (status) => statuses.push(status) }),
    )

    expect(await ended).toMatchObject({ type, status })
    expect(statuses.at(-1)).toEqual({ state: 'closed', cause: await ended })
  })

  test('with an API error that has HTTP status 200', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, json(200, { code: 404, type: 'ResourceNotFound', message: 'gone' }))

    expect(await collectSignals(me.listenConversation({ id: 'c' })).ended).toMatchObject({
      type: 'ResourceNotFound',
    })
  })

  test('with an invalid id', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)

    expect(await collectSignals(me.listenConversation({ id: '..' })).ended).toMatchObject({
      type: 'InvalidIdentifier',
    })
  })

  test('without a cause if the loop breaks or its signal aborts', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on(route, stream(sse(created('1'))))
    const statuses: string[] = []
    const onStatus = (status: ConnectionStatus) => statuses.push(formatStatus(status))
    const controller = new AbortController()

    for await (const _signal of me.listenConversation({ id: 'c', onStatus })) break
    const { ended } = collectSignals(me.listenConversation({ id: 'c', onStatus, signal: controller.signal }))
    await expect.poll(() => statuses).toHaveLength(5)
    controller.abort('done')

    await expect(ended).rejects.toBe('done')
    const expected = ['connecting', 'online', 'closed undefined']
    expect(statuses).toEqual([...expected, ...expected])
  })

  test('at once if its signal aborts before the next attempt', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, random: () => 1 })
    server.on(route, html(502))
    const controller = new AbortController()

    const { ended } = collectSignals(me.listenConversation({ id: 'c', signal: controller.signal }))
    await expect.poll(() => clock.waits).toEqual([1_000])
    controller.abort('done')

    await expect(ended).rejects.toBe('done')
    expect(clock.waits).toEqual([])
  })
})

describe('the delay before attempt n', () => {
  async function startFailing(respond: Respond, random = 1) {
    const server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, random: () => random })
    server.on(route, respond)
    const controller = new AbortController()
    const statuses: ConnectionStatus[] = []
    collectSignals(
      me.listenConversation({
        id: 'c',
        signal: controller.signal,
        onStatus: (status) => statuses.push(status),
      }),
    )
    return {
      server,
      clock,
      statuses,
      [Symbol.asyncDispose]: async () => {
        controller.abort()
        await server[Symbol.asyncDispose]()
      },
    }
  }

  test('is a random fraction of 0.5 s · 2ⁿ, at most of 30 s', async () => {
    await using failing = await startFailing(html(502))
    const { clock, statuses } = failing

    for (const [index, delayMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      await expect.poll(() => clock.waits).toEqual([delayMs])
      expect(statuses.at(-1)).toMatchObject({
        state: 'reconnecting',
        attempt: index + 1,
        retryAt: clock.now() + delayMs,
      })
      clock.advance(delayMs)
      await expect.poll(() => failing.server.requestsTo(route)).toHaveLength(index + 2)
    }
  })

  test('has full jitter', async () => {
    await using failing = await startFailing(html(502), 0.25)

    await expect.poll(() => failing.clock.waits).toEqual([250])
  })

  test('is at least the retry-after of the server', async () => {
    await using failing = await startFailing(apiError(503, 'Unavailable', { 'retry-after': '90' }))

    await expect.poll(() => failing.clock.waits).toEqual([90_000])
  })

  test('is at most five minutes, even if retry-after is longer', async () => {
    await using failing = await startFailing(apiError(503, 'Unavailable', { 'retry-after': '86400' }))

    await expect.poll(() => failing.clock.waits).toEqual([300_000])
  })

  test('is zero after an open connection, and grows after more than five without a signal in 10 s', async () => {
    await using failing = await startFailing(endedStream())
    const { clock, server } = failing

    for (const [index, delayMs] of [1_000, 2_000, 4_000].entries()) {
      await expect.poll(() => clock.waits).toEqual([delayMs])
      expect(server.requestsTo(route)).toHaveLength(6 + index)
      clock.advance(delayMs)
    }
  })

  test('is zero after a healthy connection, even if many attempts failed before', async () => {
    let isUp = false
    let end = (): void => {}
    const respond: Respond = (response, request) => {
      if (!isUp) return html(502)(response, request)
      stream()(response, request)
      end = () => void response.end()
    }
    await using failing = await startFailing(respond, 0)
    const { clock, server, statuses } = failing
    for (let count = 1; count <= 7; count++) {
      await expect.poll(() => clock.waits).toEqual([0])
      isUp = count === 7
      clock.advance(0)
      await expect.poll(() => server.requestsTo(route)).toHaveLength(count + 1)
    }
    await expect.poll(() => [statuses.at(-1)?.state, ...clock.waits]).toEqual(['online', 60_000])

    clock.advance(5_000)
    end()

    await expect.poll(() => [server.requestsTo(route).length, ...clock.waits]).toEqual([9, 60_000])
  })

  test('grows while each connection only repeats known signals', async () => {
    await using failing = await startFailing(endedStream(sse(created('1'))))

    await expect.poll(() => failing.clock.waits).toEqual([1_000])
    // The first connection was the only one that delivered a new signal.
    expect(failing.server.requestsTo(route)).toHaveLength(7)
  })

  test('is zero while a platform ends each response after five seconds', async () => {
    let end = (): void => {}
    const open: Respond = (response, request) => {
      stream()(response, request)
      end = () => void response.end()
    }
    await using failing = await startFailing(open)
    const { clock, server, statuses } = failing

    for (let count = 1; count <= 20; count++) {
      await expect
        .poll(() => [server.requestsTo(route).length, statuses.at(-1)?.state])
        .toEqual([count, 'online'])
      await expect.poll(() => clock.waits).toEqual([60_000])
      clock.advance(5_000)
      end()
    }
    await expect.poll(() => server.requestsTo(route)).toHaveLength(21)
  })

  test('is zero after any number of connections that deliver signals', async () => {
    let count = 0
    await using failing = await startFailing((response, request) => {
      if (count++ < 12) endedStream(sse(created(`${count}`)))(response, request)
      else stream()(response, request)
    })

    await expect.poll(() => failing.server.requestsTo(route)).toHaveLength(13)
    await expect.poll(() => failing.clock.waits).toEqual([60_000])
  })
})

test('opening and closing a thousand streams leaves no connection, timer or subscription', async () => {
  await using server = await startScriptedServer()
  const clock = createFakeClock()
  const me = await connectTo(server, { clock })
  let open = 0
  server.on(route, (response, request) => {
    open++
    response.on('close', () => open--)
    stream(sse(created(`${open}`)))(response, request)
  })
  let subscribed = 0
  const onReconnectTrigger = () => {
    subscribed++
    return () => void subscribed--
  }

  for (let round = 0; round < 50; round++) {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const controller = new AbortController()
        const { signal } = controller
        try {
          for await (const received of me.listenConversation({
            id: 'c',
            onReconnectTrigger,
            signal,
          })) {
            if (index % 2 === 0) break
            if (received.type === 'message_created') controller.abort()
          }
        } catch (error) {
          if (isChatError(error)) throw error
        }
      }),
    )
  }

  expect(server.requestsTo(route)).toHaveLength(1000)
  expect(subscribed).toBe(0)
  expect(clock.waits).toEqual([])
  await expect.poll(() => open).toBe(0)
})
