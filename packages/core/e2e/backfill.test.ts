import { describe, expect, test } from 'vitest'
import type { ChatSignal, Message, StreamReady } from '../src/index.ts'
import { collectSignals, collectUntilForbidden } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message as example } from './example-models.ts'
import {
  cutStream,
  endedStream,
  apiError,
  json,
  ready,
  sse,
  startScriptedServer,
  stream,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const listRoute = 'GET /conversations/c/messages'
const forbidden = apiError(403, 'Forbidden')

function message(number: number, userId = 'bot'): Message {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + number).toISOString()
  return { ...example, id: `m${number}`, conversationId: 'c', createdAt, userId }
}
function created(number: number, isBot = true): ChatSignal {
  return { type: 'message_created', data: { ...message(number, isBot ? 'bot' : 'user_1'), isBot } }
}
function discontinuity(cause: 'no_replay' | 'reset'): ChatSignal {
  return { type: 'discontinuity', data: { conversationId: 'c', cause } }
}

/** Responds with pages of 20 of the messages with these numbers, newest first. */
function pagesOf(...numbers: number[]): Respond {
  return pagesOfSize(20, ...numbers)
}

function pagesOfSize(size: number, ...numbers: number[]): Respond {
  return (response, request) => {
    const from = Number(new URL(request.path, 'http://x').searchParams.get('nextToken') ?? 0)
    const messages = numbers
      .toSorted((a, b) => b - a)
      .slice(from, from + size)
      .map((number) => message(number))
    const meta = from + size < numbers.length ? { nextToken: `${from + size}` } : {}
    json(200, { messages, meta })(response, request)
  }
}
function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

async function receive(server: ScriptedServer, options = {}): Promise<ChatSignal[]> {
  const me = await connectTo(server)
  return collectUntilForbidden(me.listenConversation({ id: 'c', ...options }))
}

describe('on a server without replay', () => {
  test('missed messages are listed and delivered once, in order, before new ones', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(3))), endedStream(sse(created(5)), sse(created(6))), forbidden)
    server.on(listRoute, pagesOf(1, 2), pagesOf(1, 2, 3, 4, 5))

    expect(await receive(server)).toEqual([
      created(3),
      discontinuity('no_replay'),
      created(4),
      created(5),
      created(6),
    ])
  })

  test.each([
    ['without meta', { messages: [message(2)] }],
    ['with an item that is no message', { messages: [null], meta: {} }],
  ])('a page %s is requested again on the next connection', async (_, page) => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), stream(), endedStream(), forbidden)
    server.on(listRoute, pagesOf(), json(200, page), pagesOf(1, 2))
    const me = await connectTo(server, { retry: { attempts: 1 } })

    expect(await collectUntilForbidden(me.listenConversation({ id: 'c' }))).toEqual([
      created(1),
      discontinuity('no_replay'),
      discontinuity('no_replay'),
      created(2),
    ])
  })

  test('missed messages are distinguished from earlier ones even if no signal arrived before the gap', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(), endedStream(sse(created(4))), forbidden)
    server.on(listRoute, pagesOf(1, 2), pagesOf(1, 2, 3))

    expect(await receive(server)).toEqual([discontinuity('no_replay'), created(3), created(4)])
  })

  test('backfill fetches all pages, in any order of messages', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(60))), forbidden)
    server.on(listRoute, pagesOf(), pagesOf(...upTo(59)))

    const items = await receive(server)

    expect(items).toEqual([
      created(1),
      discontinuity('no_replay'),
      ...upTo(60)
        .slice(1)
        .map((number) => created(number)),
    ])
  })

  test('backfill delivers at most the newest 1,000 messages', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(1301))), forbidden)
    server.on(listRoute, pagesOf(), pagesOf(...upTo(1300)))

    const items = await receive(server)

    expect(items).toHaveLength(1 + 1 + 1000 + 1)
    expect(items.slice(2, 4)).toEqual([created(301), created(302)])
  })

  test('backfill continues past pages with a single large message', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(81))), forbidden)
    server.on(listRoute, pagesOf(), pagesOfSize(1, ...upTo(80)))

    const items = await receive(server)

    expect(items.slice(2)).toEqual(
      upTo(81)
        .slice(1)
        .map((number) => created(number)),
    )
  })

  test('the stream opens before messages are listed, and buffers signals meanwhile', async () => {
    await using server = await startScriptedServer()
    const order: string[] = []
    const secondStreamRead = Promise.withResolvers<void>()
    const added = { type: 'participant_added', data: { conversationId: 'c', participantId: 'p' } }
    server.on(route, cutStream(sse(created(1))), endedStream(sse(added), sse(created(3))), forbidden)
    server.on(listRoute, pagesOf(), pagesOf(1, 2, 3))
    /** Delays the second list until the second stream has been read. */
    const delayingFetch: typeof fetch = async (input) => {
      const path = new URL((input as Request).url).pathname
      order.push(path.replace(/.*\//, ''))
      const response = await fetch(input)
      if (path.endsWith('/listen') && server.requestsTo(route).length === 2) {
        const reader = new TransformStream({ flush: () => secondStreamRead.resolve() })
        return new Response(response.body?.pipeThrough(reader) ?? null, response)
      }
      if (path.endsWith('/messages') && server.requestsTo(listRoute).length === 2)
        await secondStreamRead.promise
      return response
    }
    const me = await connectTo(server, { fetch: delayingFetch })
    order.length = 0

    const items = await collectUntilForbidden(me.listenConversation({ id: 'c' }))

    expect(order).toEqual(['messages', 'listen', 'listen', 'messages', 'listen'])
    expect(items).toEqual([created(1), discontinuity('no_replay'), created(2), added, created(3)])
  })

  test('a failed backfill is repeated on the next connection', async () => {
    await using server = await startScriptedServer()
    const internalError = apiError(500, 'Internal')
    server.on(route, cutStream(sse(created(1))), stream(), endedStream(sse(created(4))), forbidden)
    server.on(listRoute, pagesOf(), internalError, internalError, internalError, pagesOf(1, 2, 3))

    expect(await receive(server)).toEqual([
      created(1),
      discontinuity('no_replay'),
      discontinuity('no_replay'),
      created(2),
      created(3),
      created(4),
    ])
  })

  test('after accepts the id of the last message seen', async () => {
    await using server = await startScriptedServer()
    server.on(route, endedStream(sse(created(4))), forbidden)
    server.on(listRoute, pagesOf(1, 2, 3))

    expect(await receive(server, { after: 'm2' })).toEqual([
      discontinuity('no_replay'),
      created(3),
      created(4),
    ])
    expect(server.requestsTo(route)[0]?.headers).not.toHaveProperty('last-event-id')
  })

  test('with onGap report, the gap is reported and nothing is listed', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(3))), forbidden)
    const readyEvents: StreamReady[] = []

    const items = await receive(server, {
      onGap: 'report',
      onReady: (event: StreamReady) => readyEvents.push(event),
    })

    expect(items).toEqual([created(1), discontinuity('no_replay'), created(3)])
    expect(readyEvents).toEqual([{ state: 'fresh' }, { state: 'reset' }])
    expect(server.requestsTo(listRoute)).toEqual([])
  })
})

test('listed messages that the stream has not delivered yet come after its signals', async () => {
  await using server = await startScriptedServer()
  let end: ((text: string) => void) | undefined
  server.on(
    route,
    cutStream(sse(created(1))),
    (response, request) => {
      stream(sse(created(3)))(response, request)
      end = (text) => void response.end(text)
    },
    forbidden,
  )
  server.on(listRoute, pagesOf(), (response, request) => {
    // Respond after the client has read the signals that the stream sent before.
    setImmediate(() => {
      pagesOf(1, 2, 3, 4)(response, request)
      end?.(sse(created(4)))
    })
  })

  expect(await receive(server)).toEqual([
    created(1),
    discontinuity('no_replay'),
    created(2),
    created(3),
    created(4),
  ])
})

describe('isBot of a backfilled message', () => {
  async function backfillFrom(userId: string, prepare: (server: ScriptedServer) => void) {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(), forbidden)
    server.on(listRoute, pagesOf(), json(200, { messages: [message(2, userId)], meta: {} }))
    prepare(server)
    const items = await receive(server)
    const last = items.at(-1)
    return { isBot: last?.type === 'message_created' && last.data.isBot }
  }
  test('is true for a sender that the stream marked as a bot', async () => {
    const backfilled = await backfillFrom('bot', () => {})

    expect(backfilled.isBot).toBe(true)
  })

  test('is false for the user', async () => {
    const backfilled = await backfillFrom('user_1', () => {})

    expect(backfilled.isBot).toBe(false)
  })

  test('is true for the bot of /hello', async () => {
    const backfilled = await backfillFrom('other', (server) =>
      server.on('GET /hello', json(200, { capabilities: [], bot: { id: 'other' } })),
    )

    expect(backfilled.isBot).toBe(true)
  })

  test('is true for senders that are not known users, if the server does not name its bot', async () => {
    const unknown = await backfillFrom('other', () => {})
    const knownUser = await backfillFrom('ann', (server) => {
      const userMessage = { type: 'message_created', data: { ...message(1, 'ann'), isBot: false } }
      server.on(route, cutStream(sse(userMessage)), endedStream(), forbidden)
    })

    expect([unknown.isBot, knownUser.isBot]).toEqual([true, false])
  })
})

describe('on a server with replay', () => {
  async function startResumable(...responses: [Respond, ...Respond[]]): Promise<ScriptedServer> {
    const server = await startScriptedServer()
    server.on('GET /hello', json(200, { capabilities: ['resume'] }))
    server.on(route, ...responses)
    return server
  }
  const lastIds = (server: ScriptedServer) =>
    server.requestsTo(route).map(({ headers }) => headers['last-event-id'])

  test('the stream resumes after the last signal, and only its start is listed', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11')),
      endedStream(ready('resumed', '11'), sse(created(2), '12')),
      forbidden,
    )
    const readyEvents: StreamReady[] = []

    const items = await receive(server, { onReady: (event: StreamReady) => readyEvents.push(event) })

    expect(items).toEqual([
      { ...created(1), id: '11' },
      { ...created(2), id: '12' },
    ])
    expect(readyEvents).toEqual([
      { state: 'fresh', id: '10' },
      { state: 'resumed', id: '11' },
    ])
    expect(lastIds(server)).toEqual([undefined, '11', '12'])
    expect(server.requestsTo(listRoute)).toHaveLength(1)
  })

  test('without signals, the stream resumes at its start', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10')),
      endedStream(ready('resumed', '10'), sse(created(1), '11')),
      forbidden,
    )

    expect(await receive(server)).toEqual([{ ...created(1), id: '11' }])
    expect(lastIds(server)).toEqual([undefined, '10', '11'])
  })

  test('after accepts the id of the last signal seen', async () => {
    await using server = await startResumable(
      endedStream(ready('resumed', '17'), sse(created(1), '18')),
      forbidden,
    )

    expect(await receive(server, { after: '17' })).toEqual([{ ...created(1), id: '18' }])
    expect(lastIds(server)).toEqual(['17', '18'])
  })

  test('after accepts the id of a message, from which the server cannot resume', async () => {
    await using server = await startResumable(
      endedStream(ready('reset', '20'), sse(created(4), '21')),
      forbidden,
    )
    server.on(listRoute, pagesOf(1, 2, 3))

    expect(await receive(server, { after: 'm2' })).toEqual([
      discontinuity('reset'),
      created(3),
      { ...created(4), id: '21' },
    ])
    expect(lastIds(server)).toEqual(['m2', '21'])
  })

  test('repeated signals are dropped', async () => {
    const added = { type: 'participant_added', data: { conversationId: 'c', participantId: 'p' } }
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11'), sse(added, '12')),
      endedStream(ready('resumed', '10'), sse(created(1), '11'), sse(added, '12'), sse(created(2), '13')),
      forbidden,
    )

    expect((await receive(server)).map(({ id }) => id)).toEqual(['11', '12', '13'])
  })

  test('a reset is a discontinuity, and missed messages are listed', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11')),
      endedStream(ready('reset', '20'), sse(created(4), '21')),
      forbidden,
    )
    server.on(listRoute, pagesOf(), pagesOf(1, 2, 3, 4))

    expect(await receive(server)).toEqual([
      { ...created(1), id: '11' },
      discontinuity('reset'),
      created(2),
      created(3),
      { ...created(4), id: '21' },
    ])
  })

  test('messages from before the stream started do not count as missed', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10')),
      endedStream(ready('reset', '20'), sse(created(9), '21')),
      forbidden,
    )
    server.on(listRoute, pagesOf(...upTo(7)), pagesOf(3, 8, 9))

    expect(await receive(server)).toEqual([discontinuity('reset'), created(8), { ...created(9), id: '21' }])
  })

  test('a backfill that failed after a reset is repeated after the next resume', async () => {
    const internalError = apiError(500, 'Internal')
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11')),
      stream(ready('reset', '20')),
      endedStream(ready('resumed', '20'), sse(created(4), '21')),
      forbidden,
    )
    server.on(listRoute, pagesOf(), internalError, internalError, internalError, pagesOf(1, 2, 3))

    const items = await receive(server)

    expect(items.filter(({ type }) => type === 'discontinuity')).toHaveLength(1)
    expect(items.slice(2)).toEqual([created(2), created(3), { ...created(4), id: '21' }])
  })

  test('without a ready event, the stream is open at its first signal', async () => {
    await using server = await startResumable(cutStream(sse(created(1), '1')), stream(sse(created(2), '2')))
    const me = await connectTo(server)
    const controller = new AbortController()

    const { items } = collectSignals(
      me.listenConversation({ id: 'c', onGap: 'report', signal: controller.signal }),
    )

    await expect
      .poll(() => items)
      .toEqual([{ ...created(1), id: '1' }, discontinuity('reset'), { ...created(2), id: '2' }])
    controller.abort()
  })
})
