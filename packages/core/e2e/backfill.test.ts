import { describe, expect, test } from 'vitest'
import type { ChatSignal, Message, StreamReady } from '../src/index.ts'
import { collectSignals, collectUntilForbidden } from './collect.ts'
import { connectTo } from './connect-to.ts'
import { message as example } from './example-models.ts'
import {
  cutStream,
  endedStream,
  failure,
  json,
  ready,
  sse,
  startScriptedServer,
  stream,
  type Respond,
  type ScriptedServer,
} from './scripted-server.ts'

const route = 'GET /conversations/c/listen'
const listing = 'GET /conversations/c/messages'
const refusal = failure(403, 'Forbidden')

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

/** Pages of 20 of the messages with these numbers, newest first. */
function pagesOf(...numbers: number[]): Respond {
  return pagesOfSize(20, ...numbers)
}

function pagesOfSize(size: number, ...numbers: number[]): Respond {
  return (response, request) => {
    const from = Number(new URL(request.path, 'http://x').searchParams.get('nextToken') ?? 0)
    const messages = numbers
      .toSorted((one, other) => other - one)
      .slice(from, from + size)
      .map((number) => message(number))
    const meta = from + size < numbers.length ? { nextToken: `${from + size}` } : {}
    json(200, { messages, meta })(response, request)
  }
}
function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

async function listen(server: ScriptedServer, options = {}): Promise<ChatSignal[]> {
  const me = await connectTo(server)
  return collectUntilForbidden(me.listenConversation({ id: 'c', ...options }))
}

describe('on a server without replay', () => {
  test('what was missed is listed, and comes once and in order before what is new', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(3))), endedStream(sse(created(5)), sse(created(6))), refusal)
    server.on(listing, pagesOf(1, 2), pagesOf(1, 2, 3, 4, 5))

    expect(await listen(server)).toEqual([
      created(3),
      discontinuity('no_replay'),
      created(4),
      created(5),
      created(6),
    ])
  })

  test('what was missed before anything was heard is told from what was there before', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(), endedStream(sse(created(4))), refusal)
    server.on(listing, pagesOf(1, 2), pagesOf(1, 2, 3))

    expect(await listen(server)).toEqual([discontinuity('no_replay'), created(3), created(4)])
  })

  test('it is fetched over as many pages as it takes, in whatever order they come', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(60))), refusal)
    server.on(listing, pagesOf(), pagesOf(...upTo(59)))

    const items = await listen(server)

    expect(items).toEqual([
      created(1),
      discontinuity('no_replay'),
      ...upTo(60)
        .slice(1)
        .map((n) => created(n)),
    ])
  })

  test('it is at most the newest 1,000', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(1301))), refusal)
    server.on(listing, pagesOf(), pagesOf(...upTo(1300)))

    const items = await listen(server)

    expect(items).toHaveLength(1 + 1 + 1000 + 1)
    expect(items.slice(2, 4)).toEqual([created(301), created(302)])
  })

  test('backfill continues past pages with a single large message', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(81))), refusal)
    server.on(listing, pagesOf(), pagesOfSize(1, ...upTo(80)))

    const items = await listen(server)

    expect(items.slice(2)).toEqual(
      upTo(81)
        .slice(1)
        .map((n) => created(n)),
    )
  })

  test('the stream is open before it is listed, and what arrives meanwhile waits for its turn', async () => {
    await using server = await startScriptedServer()
    const order: string[] = []
    const second = Promise.withResolvers<void>()
    const added = { type: 'participant_added', data: { conversationId: 'c', participantId: 'p' } }
    server.on(route, cutStream(sse(created(1))), endedStream(sse(added), sse(created(3))), refusal)
    server.on(listing, pagesOf(), pagesOf(1, 2, 3))
    /** Gives the second list only when all of the second stream was read. */
    const scripted: typeof fetch = async (input) => {
      const path = new URL((input as Request).url).pathname
      order.push(path.replace(/.*\//, ''))
      const response = await fetch(input)
      if (path.endsWith('/listen') && server.requestsTo(route).length === 2) {
        const read = new TransformStream({ flush: () => second.resolve() })
        return new Response(response.body?.pipeThrough(read) ?? null, response)
      }
      if (path.endsWith('/messages') && server.requestsTo(listing).length === 2) await second.promise
      return response
    }
    const me = await connectTo(server, { fetch: scripted })
    order.length = 0

    const items = await collectUntilForbidden(me.listenConversation({ id: 'c' }))

    expect(order).toEqual(['messages', 'listen', 'listen', 'messages', 'listen'])
    expect(items).toEqual([created(1), discontinuity('no_replay'), created(2), added, created(3)])
  })

  test('what could not be listed is listed on the next connection', async () => {
    await using server = await startScriptedServer()
    const failing = failure(500, 'Internal')
    server.on(route, cutStream(sse(created(1))), stream(), endedStream(sse(created(4))), refusal)
    server.on(listing, pagesOf(), failing, failing, failing, pagesOf(1, 2, 3))

    expect(await listen(server)).toEqual([
      created(1),
      discontinuity('no_replay'),
      discontinuity('no_replay'),
      created(2),
      created(3),
      created(4),
    ])
  })

  test('the last message seen may be named, as its id', async () => {
    await using server = await startScriptedServer()
    server.on(route, endedStream(sse(created(4))), refusal)
    server.on(listing, pagesOf(1, 2, 3))

    expect(await listen(server, { after: 'm2' })).toEqual([
      discontinuity('no_replay'),
      created(3),
      created(4),
    ])
    expect(server.requestsTo(route)[0]?.headers).not.toHaveProperty('last-event-id')
  })

  test('it is only reported where the caller fetches it', async () => {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(sse(created(3))), refusal)
    const begun: StreamReady[] = []

    const items = await listen(server, { onGap: 'report', onReady: (each: StreamReady) => begun.push(each) })

    expect(items).toEqual([created(1), discontinuity('no_replay'), created(3)])
    expect(begun).toEqual([{ state: 'fresh' }, { state: 'reset' }])
    expect(server.requestsTo(listing)).toEqual([])
  })
})

test('what the list knows before the stream says it stands behind what the stream has said', async () => {
  await using server = await startScriptedServer()
  let say: ((text: string) => void) | undefined
  server.on(
    route,
    cutStream(sse(created(1))),
    (response, request) => {
      stream(sse(created(3)))(response, request)
      say = (text) => void response.end(text)
    },
    refusal,
  )
  server.on(listing, pagesOf(), (response, request) => {
    // Only once the stream has been read: the page is slower than what the server sent before it.
    setImmediate(() => {
      pagesOf(1, 2, 3, 4)(response, request)
      say?.(sse(created(4)))
    })
  })

  expect(await listen(server)).toEqual([
    created(1),
    discontinuity('no_replay'),
    created(2),
    created(3),
    created(4),
  ])
})

describe('who is a bot', () => {
  async function missedFrom(userId: string, prepare: (server: ScriptedServer) => void) {
    await using server = await startScriptedServer()
    server.on(route, cutStream(sse(created(1))), endedStream(), refusal)
    server.on(listing, pagesOf(), json(200, { messages: [message(2, userId)], meta: {} }))
    prepare(server)
    const items = await listen(server)
    const last = items.at(-1)
    return { isBot: last?.type === 'message_created' && last.data.isBot }
  }
  test('is remembered from what was heard', async () => {
    const found = await missedFrom('bot', () => {})

    expect(found.isBot).toBe(true)
  })

  test('is not the user', async () => {
    const found = await missedFrom('user_1', () => {})

    expect(found.isBot).toBe(false)
  })

  test('is known from hello', async () => {
    const found = await missedFrom('other', (server) =>
      server.on('GET /hello', json(200, { capabilities: [], bot: { id: 'other' } })),
    )

    expect(found.isBot).toBe(true)
  })

  test('is whoever was not heard as a person, where the server does not say', async () => {
    const stranger = await missedFrom('other', () => {})
    const person = await missedFrom('ann', (server) => {
      const heard = { type: 'message_created', data: { ...message(1, 'ann'), isBot: false } }
      server.on(route, cutStream(sse(heard)), endedStream(), refusal)
    })

    expect([stranger.isBot, person.isBot]).toEqual([true, false])
  })
})

describe('on a server with replay', () => {
  async function startResumable(...answers: [Respond, ...Respond[]]): Promise<ScriptedServer> {
    const server = await startScriptedServer()
    server.on('GET /hello', json(200, { capabilities: ['resume'] }))
    server.on(route, ...answers)
    return server
  }
  const lastIds = (server: ScriptedServer) =>
    server.requestsTo(route).map(({ headers }) => headers['last-event-id'])

  test('the stream resumes after the last signal, and nothing is listed but where it began', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11')),
      endedStream(ready('resumed', '11'), sse(created(2), '12')),
      refusal,
    )
    const begun: StreamReady[] = []

    const items = await listen(server, { onReady: (each: StreamReady) => begun.push(each) })

    expect(items).toEqual([
      { ...created(1), id: '11' },
      { ...created(2), id: '12' },
    ])
    expect(begun).toEqual([
      { state: 'fresh', id: '10' },
      { state: 'resumed', id: '11' },
    ])
    expect(lastIds(server)).toEqual([undefined, '11', '12'])
    expect(server.requestsTo(listing)).toHaveLength(1)
  })

  test('it resumes also where it began, if nothing was heard since', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10')),
      endedStream(ready('resumed', '10'), sse(created(1), '11')),
      refusal,
    )

    expect(await listen(server)).toEqual([{ ...created(1), id: '11' }])
    expect(lastIds(server)).toEqual([undefined, '10', '11'])
  })

  test('it begins after the signal that the caller saw last', async () => {
    await using server = await startResumable(
      endedStream(ready('resumed', '17'), sse(created(1), '18')),
      refusal,
    )

    expect(await listen(server, { after: '17' })).toEqual([{ ...created(1), id: '18' }])
    expect(lastIds(server)).toEqual(['17', '18'])
  })

  test('it begins after a message that is named by its id, though the server cannot resume from that', async () => {
    await using server = await startResumable(
      endedStream(ready('reset', '20'), sse(created(4), '21')),
      refusal,
    )
    server.on(listing, pagesOf(1, 2, 3))

    expect(await listen(server, { after: 'm2' })).toEqual([
      discontinuity('reset'),
      created(3),
      { ...created(4), id: '21' },
    ])
    expect(lastIds(server)).toEqual(['m2', '21'])
  })

  test('what it repeats is dropped', async () => {
    const added = { type: 'participant_added', data: { conversationId: 'c', participantId: 'p' } }
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11'), sse(added, '12')),
      endedStream(ready('resumed', '10'), sse(created(1), '11'), sse(added, '12'), sse(created(2), '13')),
      refusal,
    )

    expect((await listen(server)).map(({ id }) => id)).toEqual(['11', '12', '13'])
  })

  test('a reset is a discontinuity, and what was missed is listed', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11')),
      endedStream(ready('reset', '20'), sse(created(4), '21')),
      refusal,
    )
    server.on(listing, pagesOf(), pagesOf(1, 2, 3, 4))

    expect(await listen(server)).toEqual([
      { ...created(1), id: '11' },
      discontinuity('reset'),
      created(2),
      created(3),
      { ...created(4), id: '21' },
    ])
  })

  test('what stood there before the stream began was not missed', async () => {
    await using server = await startResumable(
      cutStream(ready('fresh', '10')),
      endedStream(ready('reset', '20'), sse(created(9), '21')),
      refusal,
    )
    server.on(listing, pagesOf(...upTo(7)), pagesOf(3, 8, 9))

    expect(await listen(server)).toEqual([discontinuity('reset'), created(8), { ...created(9), id: '21' }])
  })

  test('what could not be listed after a reset is listed after the resume that follows', async () => {
    const failing = failure(500, 'Internal')
    await using server = await startResumable(
      cutStream(ready('fresh', '10'), sse(created(1), '11')),
      stream(ready('reset', '20')),
      endedStream(ready('resumed', '20'), sse(created(4), '21')),
      refusal,
    )
    server.on(listing, pagesOf(), failing, failing, failing, pagesOf(1, 2, 3))

    const items = await listen(server)

    expect(items.filter(({ type }) => type === 'discontinuity')).toHaveLength(1)
    expect(items.slice(2)).toEqual([created(2), created(3), { ...created(4), id: '21' }])
  })

  test('a server that says nothing of where it begins is taken at its first signal', async () => {
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
