import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { connectTo } from './connect-to.ts'
import { user } from './example-models.ts'
import { createFakeClock } from './fake-clock.ts'
import {
  apiError,
  drop,
  json,
  neverRespond,
  stalled,
  startScriptedServer,
  stream,
  type Respond,
} from './scripted-server.ts'

const reason = new Error('the user left')

test('a call with an aborted signal sends nothing', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)

  await expect(me.getUser({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(server.requests).toEqual([])
})

describe('an aborted call rejects at once with the reason and closes its connection', () => {
  test.each<[string, Respond]>([
    ['while it waits for a response', neverRespond],
    ['while it waits for the body of a response', stalled],
  ])('%s', async (_, respond) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    const closed: string[] = []
    server.on('GET /users/me', (response, request) => {
      response.on('close', () => closed.push(request.path))
      respond(response, request)
    })
    const controller = new AbortController()

    const call = me.getUser({}, { signal: controller.signal })
    await expect.poll(() => server.requestsTo('GET /users/me')).toHaveLength(1)
    controller.abort(reason)

    await expect(call).rejects.toBe(reason)
    await expect.poll(() => closed).toEqual(['/users/me'])
  })

  test('while it waits before the next attempt', async () => {
    await using server = await startScriptedServer()
    const clock = createFakeClock()
    const me = await connectTo(server, { clock, random: () => 1 })
    server.on('GET /users/me', drop)
    const controller = new AbortController()

    const call = me.getUser({}, { signal: controller.signal })
    await expect.poll(() => clock.waits).toContain(300)
    controller.abort(reason)

    await expect(call).rejects.toBe(reason)
    expect(clock.waits).toEqual([])
    expect(server.requestsTo('GET /users/me')).toHaveLength(1)
  })

  test('while fetch ignores its signal', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server, {
      fetch: (request) =>
        String((request as Request).url).endsWith('/users/me') ? new Promise(() => {}) : fetch(request),
    })
    const controller = new AbortController()

    const call = me.getUser({}, { signal: controller.signal })
    controller.abort(reason)

    await expect(call).rejects.toBe(reason)
  })

  test('while it waits for the user key', async () => {
    await using server = await startScriptedServer()
    const controller = new AbortController()

    const connecting = createChat({ url: server.url }).connect({
      userKey: () => new Promise(() => {}),
      signal: controller.signal,
    })
    controller.abort(reason)

    await expect(connecting).rejects.toBe(reason)
    expect(server.requests).toEqual([])
  })

  test('while it waits for the user key, and sends nothing once the key arrives', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users/get-or-create', json(200, { user }))
    server.on('GET /users/me', apiError(401, 'Unauthorized'))
    const sent: string[] = []
    const key = Promise.withResolvers<string>()
    const keys = [Promise.resolve('key-1'), key.promise]
    const me = await createChat({
      url: server.url,
      fetch(request) {
        sent.push(new URL((request as Request).url).pathname)
        return fetch(request)
      },
    }).connect({ userKey: () => keys.shift() ?? '' })
    const controller = new AbortController()

    const call = me.getUser({}, { signal: controller.signal })
    await expect.poll(() => keys).toEqual([])
    sent.length = 0
    controller.abort(reason)
    await expect(call).rejects.toBe(reason)
    key.resolve('key-2')
    await new Promise((resolve) => setImmediate(resolve))

    expect(sent).toEqual([])
    expect(me.userKey).toBe('key-2')
  })

  test("with a reason that looks like fetch's own error", async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('GET /users/me', neverRespond)
    const controller = new AbortController()
    const failure = new TypeError('fetch failed')

    const call = me.getUser({}, { signal: controller.signal })
    await expect.poll(() => server.requestsTo('GET /users/me')).toHaveLength(1)
    controller.abort(failure)

    await expect(call).rejects.toBe(failure)
  })

  test('while it waits for the server info', async () => {
    await using server = await startScriptedServer()
    server.on('GET /hello', neverRespond)
    const controller = new AbortController()

    const serverInfo = createChat({ url: server.url }).serverInfo({ signal: controller.signal })
    controller.abort(reason)

    await expect(serverInfo).rejects.toBe(reason)
  })

  test('while another connect with the same storage is in flight', async () => {
    await using server = await startScriptedServer()
    server.on('POST /users', neverRespond)
    const entries = new Map<string, string>()
    const storage = {
      getItem: (name: string) => entries.get(name),
      setItem: (name: string, key: string) => entries.set(name, key),
    }
    const chat = createChat({ url: server.url })
    const [first, second] = [new AbortController(), new AbortController()]

    const connecting = [first, second].map(({ signal }) => chat.connect({ storage, signal }))
    second.abort(reason)

    await expect(connecting[1]).rejects.toBe(reason)
    first.abort(reason)
    await expect(connecting[0]).rejects.toBe(reason)
  })
})

describe('an aborted stream rejects at once with the reason and closes its connection', () => {
  test.each<[string, Respond]>([
    ['while it connects', neverRespond],
    ['while it is idle', stream()],
  ])('%s', async (_, respond) => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    const opened: string[] = []
    const closed: string[] = []
    server.on('GET /conversations/c/listen', (response, request) => {
      opened.push(request.path)
      response.on('close', () => closed.push(request.path))
      respond(response, request)
    })
    const controller = new AbortController()

    const reading = (async () => {
      for await (const _signal of me.listenConversation({ id: 'c', signal: controller.signal }));
    })()
    // A request that is only received has no `close` listener yet.
    await expect.poll(() => opened).toHaveLength(1)
    controller.abort(reason)

    await expect(reading).rejects.toBe(reason)
    await expect.poll(() => closed).toEqual(['/conversations/c/listen'])
  })

  test('between two signals that arrived together', async () => {
    await using server = await startScriptedServer()
    const me = await connectTo(server)
    server.on('GET /conversations/c/listen', stream('data: {"type":"a"}\n\ndata: {"type":"b"}\n\n'))
    const controller = new AbortController()
    const seen: unknown[] = []

    const reading = (async () => {
      for await (const signal of me.listenConversation({ id: 'c', signal: controller.signal })) {
        seen.push(signal.data)
        controller.abort(reason)
      }
    })()

    await expect(reading).rejects.toBe(reason)
    expect(seen).toEqual([{ type: 'a' }])
  })
})

test('a call that has resolved is not affected by its signal', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on('GET /users/me', json(200, { user }))
  const controller = new AbortController()

  const result = await me.getUser({}, { signal: controller.signal })
  controller.abort(reason)

  expect(result).toEqual({ user })
})
