import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { firstValueFrom, Subject } from 'rxjs'
import { expect, test, vi } from 'vitest'
import type { Wait } from '../src/wire/wait.ts'
import type { RequestEntry } from '../src/wire/wire-entry.ts'
import { createWireTap, type WireTap } from '../src/wire/wire-tap.ts'

const userKey = 'eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImFkYSJ9.c2lnbmF0dXJl'

test('a request is written down with its answer, and the page gets what came', async () => {
  await using server = await serve((_, response) => answer(response, { id: 'm1' }))
  const tap = createWireTap()

  const response = await tap.fetch(`${server.url}/messages/m1?limit=2`)

  expect(response.url).toBe(`${server.url}/messages/m1?limit=2`)
  expect(await response.json()).toEqual({ id: 'm1' })
  expect(await readRequests(tap)).toMatchObject([
    {
      method: 'GET',
      path: '/messages/m1?limit=2',
      state: 'done',
      status: 200,
      attempt: 1,
      receivedBytes: 11,
      responseBody: '{"id":"m1"}',
    },
  ])
})

test('a user key is never written down, wherever it stands', async () => {
  await using server = await serve((_, response) => answer(response, { user: { id: 'ada' }, key: userKey }))
  const tap = createWireTap()

  const response = await tap.fetch(`${server.url}/users?x-user-key=${userKey}`, {
    method: 'POST',
    headers: { 'x-user-key': 'any form of key' },
    body: JSON.stringify({ key: userKey }),
  })

  expect(await response.json()).toMatchObject({ key: userKey })
  const [entry] = await readRequests(tap)
  expect(JSON.stringify(entry)).not.toMatch(/eyJ|any form of key/)
  expect(entry?.requestHeaders).toContainEqual(['x-user-key', '•••'])
})

test('a cut ends open streams as a lost connection does, here and at the server, and nothing else', async () => {
  await using server = await serve(stream('one'))
  const tap = createWireTap()
  const reader = await openReader(tap, server.url)
  await reader.read()

  tap.cutStreams()

  await expect(reader.read()).rejects.toThrow(TypeError)
  await vi.waitFor(() => expect(server.open()).toBe(0))
  expect(await firstValueFrom(tap.streams$)).toBe(0)
  expect(await readRequests(tap)).toMatchObject([{ state: 'cut', isStream: true, receivedBytes: 11 }])
  const again = await openReader(tap, server.url)
  expect(await decodeText(again.read())).toContain('one')
  await again.cancel()
})

test('offline, what is under way and what is new fails as without a network; back online all is well', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/slow') return
    return request.url === '/listen' ? stream('one')(request, response) : answer(response, {})
  })
  const tap = createWireTap()
  const reader = await openReader(tap, `${server.url}/listen`)
  await reader.read()
  const underWay = tap.fetch(`${server.url}/slow`)

  tap.change({ isOffline: true })

  await expect(underWay).rejects.toThrow(TypeError)
  await expect(reader.read()).rejects.toThrow(TypeError)
  await expect(tap.fetch(server.url)).rejects.toThrow(TypeError)
  await expect(tap.fetch(server.url)).rejects.toThrow(TypeError)
  tap.change({ isOffline: false })
  expect((await tap.fetch(server.url)).status).toBe(200)
  const again = (await readRequests(tap)).filter(({ path }) => path === '/')
  expect(again.map(({ attempt, state }) => [attempt, state])).toEqual([
    [1, 'failed'],
    [2, 'failed'],
    [3, 'waiting'],
  ])
})

test('slow, each request waits, and what comes of its answer; what was there already does not', async () => {
  let answer: ServerResponse | undefined
  await using server = await serve((_, response) => {
    answer = response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
  })
  const waits$ = new Subject<{ ms: number; end: () => void }>()
  const wait: Wait = (ms) => new Promise((resolve) => waits$.next({ ms, end: resolve }))
  const tap = createWireTap({ wait })
  /** Does something, and ends the wait that comes of it. */
  async function waitsFor<T>(ms: number, work: () => T): Promise<T> {
    const next = firstValueFrom(waits$)
    const result = work()
    const waiting = await next
    expect(waiting.ms).toBe(ms)
    waiting.end()
    return result
  }

  tap.change({ latencyMs: 400 })
  const reader = await waitsFor(400, () => openReader(tap, server.url))
  const reading = await waitsFor(1, () => ({ text: decodeText(reader.read()) }))
  await waitsFor(400, () => answer?.write('data: late\n\n'))
  expect(await reading.text).toContain('late')

  answer?.end('data: there\n\n')
  await vi.waitFor(() => expect(server.open()).toBe(0))
  expect(await decodeText(reader.read())).toContain('there')
})

test('a stream that is cut while it is slow ends at once', async () => {
  await using server = await serve(stream('one'))
  const tap = createWireTap()
  const reader = await openReader(tap, server.url)

  tap.change({ latencyMs: 3_600_000 })
  const reading = reader.read()
  await vi.waitFor(() => expect(server.open()).toBe(1))
  tap.cutStreams()

  await expect(reading).rejects.toThrow(TypeError)
})

test('a silent stream brings nothing more and does not end, and one opened later is well', async () => {
  await using server = await serve(stream('one'))
  const tap = createWireTap()
  const silent = await openReader(tap, server.url)
  let isSettled = false

  tap.silenceStreams()
  void silent.read().finally(() => (isSettled = true))
  const lively = await openReader(tap, server.url)

  expect(await decodeText(lively.read())).toContain('one')
  expect(isSettled).toBe(false)
  expect((await readRequests(tap)).map(({ state }) => state)).toEqual(['silent', 'streaming'])
  await Promise.all([silent.cancel(), lively.cancel()])
  await vi.waitFor(() => expect(server.open()).toBe(0))
})

test('a refused message never gets to the server; one whose answer is lost does', async () => {
  const arrived: string[] = []
  await using server = await serve((request, response) => {
    arrived.push(`${request.method} ${request.url}`)
    answer(response, {})
  })
  const tap = createWireTap()
  const send = () => tap.fetch(`${server.url}/demo/messages`, { method: 'POST', body: '{}' })

  tap.change({ sends: 'refused' })
  const refused = await send()
  tap.change({ sends: 'answers_lost' })
  const lost = send()

  expect(await refused.json()).toMatchObject({ code: 403, type: 'QuotaExceeded' })
  await expect(lost).rejects.toThrow(TypeError)
  expect(arrived).toEqual(['POST /demo/messages'])
})

test('who stops reading stops the server, and who cancels lets it go', async () => {
  let written = 0
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const write = (): void => {
      while (response.write('data: a signal of some length\n\n'.repeat(1_000))) written++
      response.once('drain', write)
    }
    write()
  })
  const tap = createWireTap()
  const reader = await openReader(tap, server.url)
  await reader.read()

  const before = await waitForStableNumber(() => written)
  expect((await readRequests(tap))[0]?.receivedBytes).toBeLessThan(1_000_000)
  for (let count = 0; count < 2_000; count++) await reader.read()
  await vi.waitFor(() => expect(written).toBeGreaterThan(before))
  await reader.cancel()

  await vi.waitFor(() => expect(server.open()).toBe(0))
  expect((await readRequests(tap))[0]).toMatchObject({ state: 'closed' })
  expect((await readRequests(tap))[0]?.responseBody.length).toBeLessThan(10_000)
})

test('an aborted request is closed, not failed, and is no attempt that failed', async () => {
  await using server = await serve((_, response) => answer(response, {}))
  const tap = createWireTap()
  const stop = new AbortController()
  stop.abort(new Error('enough'))

  await expect(tap.fetch(server.url, { signal: stop.signal })).rejects.toThrow('enough')

  expect(await readRequests(tap)).toMatchObject([{ state: 'closed', attempt: 1 }])
})

async function readRequests({ log }: WireTap): Promise<RequestEntry[]> {
  const { entries } = await firstValueFrom(log.content$)
  return entries.filter((entry) => entry.kind === 'request')
}

async function openReader(tap: WireTap, url: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const { body } = await tap.fetch(url, { headers: { accept: 'text/event-stream' } })
  if (!body) throw new Error('there is no stream')
  return body.getReader()
}

async function decodeText(reading: Promise<ReadableStreamReadResult<Uint8Array>>): Promise<string> {
  return new TextDecoder().decode((await reading).value)
}

/** A number that has stopped growing. */
async function waitForStableNumber(read: () => number): Promise<number> {
  let last = -1
  await vi.waitFor(
    () => {
      const now = read()
      const isSame = now === last
      last = now
      expect(isSame).toBe(true)
    },
    { interval: 200 },
  )
  return last
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function stream(...texts: string[]): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const text of texts) response.write(`data: ${text}\n\n`)
  }
}

interface TestServer extends AsyncDisposable {
  url: string
  /** How many answers are under way. */
  open: () => number
}

async function serve(listener: RequestListener): Promise<TestServer> {
  let open = 0
  const server = createServer((request, response) => {
    open++
    response.once('close', () => open--)
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
