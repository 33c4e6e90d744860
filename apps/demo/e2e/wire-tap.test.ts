import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { firstValueFrom, Subject } from 'rxjs'
import { expect, test, vi } from 'vitest'
import type { RequestEntry } from '../src/wire/wire-entry.ts'
import type { Wait } from '../src/wire/wire-tap.ts'
import { createWireTap, type WireTap } from '../src/wire/wire-tap.ts'

const userKey = 'eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImFkYSJ9.c2lnbmF0dXJl'

test('a request is recorded with its response, which the page receives unchanged', async () => {
  await using server = await serve((_, response) => respondJson(response, { id: 'm1' }))
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

test('user keys are never recorded, wherever they occur', async () => {
  await using server = await serve((_, response) =>
    respondJson(response, { user: { id: 'ada' }, key: userKey }),
  )
  const tap = createWireTap()

  const response = await tap.fetch(`${server.url}/users?x-user-key=${userKey}`, {
    method: 'POST',
    headers: { 'x-user-key': 'any kind of key' },
    body: JSON.stringify({ key: userKey }),
  })

  expect(await response.json()).toMatchObject({ key: userKey })
  const [entry] = await readRequests(tap)
  expect(JSON.stringify(entry)).not.toMatch(/eyJ|any kind of key/)
  expect(entry?.requestHeaders).toContainEqual(['x-user-key', '•••'])
})

test('dropping streams fails them like a lost connection, and affects no other request', async () => {
  await using server = await serve(stream('one'))
  const tap = createWireTap()
  const reader = await openReader(tap, server.url)
  await reader.read()

  tap.dropStreams()

  await expect(reader.read()).rejects.toThrow(TypeError)
  await vi.waitFor(() => expect(server.openResponses()).toBe(0))
  expect(await firstValueFrom(tap.streams$)).toBe(0)
  expect(await readRequests(tap)).toMatchObject([{ state: 'dropped', isStream: true, receivedBytes: 11 }])
  const again = await openReader(tap, server.url)
  expect(await decodeText(again.read())).toContain('one')
  await again.cancel()
})

test('offline, in-flight and new requests fail like without a network; online, requests succeed again', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/slow') return
    return request.url === '/listen' ? stream('one')(request, response) : respondJson(response, {})
  })
  const tap = createWireTap()
  const reader = await openReader(tap, `${server.url}/listen`)
  await reader.read()
  const inFlight = tap.fetch(`${server.url}/slow`)

  tap.change({ isOffline: true })

  await expect(inFlight).rejects.toThrow(TypeError)
  await expect(reader.read()).rejects.toThrow(TypeError)
  await expect(tap.fetch(server.url)).rejects.toThrow(TypeError)
  await expect(tap.fetch(server.url)).rejects.toThrow(TypeError)
  tap.change({ isOffline: false })
  expect((await tap.fetch(server.url)).status).toBe(200)
  const again = (await readRequests(tap)).filter(({ path }) => path === '/')
  expect(again.map(({ attempt, state }) => [attempt, state])).toEqual([
    [1, 'failed'],
    [2, 'failed'],
    [3, 'pending'],
  ])
})

test('latency delays requests and later response chunks, but not chunks that had already arrived', async () => {
  let delayedResponse: ServerResponse | undefined
  await using server = await serve((_, response) => {
    delayedResponse = response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
  })
  const waits$ = new Subject<{ ms: number; end: () => void }>()
  const wait: Wait = (ms) => new Promise((resolve) => waits$.next({ ms, end: resolve }))
  const tap = createWireTap({ wait })
  /** Runs `work`, and ends the wait that it causes. */
  async function expectWait<T>(ms: number, work: () => T): Promise<T> {
    const next = firstValueFrom(waits$)
    const result = work()
    const waiting = await next
    expect(waiting.ms).toBe(ms)
    waiting.end()
    return result
  }

  tap.change({ latencyMs: 400 })
  const reader = await expectWait(400, () => openReader(tap, server.url))
  const reading = await expectWait(1, () => ({ text: decodeText(reader.read()) }))
  await expectWait(400, () => delayedResponse?.write('data: late\n\n'))
  expect(await reading.text).toContain('late')

  delayedResponse?.end('data: there\n\n')
  await vi.waitFor(() => expect(server.openResponses()).toBe(0))
  expect(await decodeText(reader.read())).toContain('there')
})

test('a delayed stream that is dropped ends immediately', async () => {
  await using server = await serve(stream('one'))
  const tap = createWireTap()
  const reader = await openReader(tap, server.url)

  tap.change({ latencyMs: 3_600_000 })
  const reading = reader.read()
  await vi.waitFor(() => expect(server.openResponses()).toBe(1))
  tap.dropStreams()

  await expect(reading).rejects.toThrow(TypeError)
})

test('a stalled stream delivers nothing and does not end; a stream opened later works', async () => {
  await using server = await serve(stream('one'))
  const tap = createWireTap()
  const silent = await openReader(tap, server.url)
  let isSettled = false

  tap.stallStreams()
  void silent.read().finally(() => (isSettled = true))
  const working = await openReader(tap, server.url)

  expect(await decodeText(working.read())).toContain('one')
  expect(isSettled).toBe(false)
  expect((await readRequests(tap)).map(({ state }) => state)).toEqual(['stalled', 'streaming'])
  await Promise.all([silent.cancel(), working.cancel()])
  await vi.waitFor(() => expect(server.openResponses()).toBe(0))
})

test('a rejected message never reaches the server; one whose response is lost does', async () => {
  const received: string[] = []
  await using server = await serve((request, response) => {
    received.push(`${request.method} ${request.url}`)
    respondJson(response, {})
  })
  const tap = createWireTap()
  const send = () => tap.fetch(`${server.url}/demo/messages`, { method: 'POST', body: '{}' })

  tap.change({ sendOutcome: 'rejected' })
  const refused = await send()
  tap.change({ sendOutcome: 'responses_lost' })
  const lost = send()

  expect(await refused.json()).toMatchObject({ code: 403, type: 'QuotaExceeded' })
  await expect(lost).rejects.toThrow(TypeError)
  expect(received).toEqual(['POST /demo/messages'])
})

test('backpressure reaches the server, and canceling a response closes its connection', async () => {
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

  await vi.waitFor(() => expect(server.openResponses()).toBe(0))
  expect((await readRequests(tap))[0]).toMatchObject({ state: 'canceled' })
  expect((await readRequests(tap))[0]?.responseBody.length).toBeLessThan(10_000)
})

test('an aborted request is closed, and does not count as a failed attempt', async () => {
  await using server = await serve((_, response) => respondJson(response, {}))
  const tap = createWireTap()
  const stop = new AbortController()
  stop.abort(new Error('enough'))

  await expect(tap.fetch(server.url, { signal: stop.signal })).rejects.toThrow('enough')

  expect(await readRequests(tap)).toMatchObject([{ state: 'canceled', attempt: 1 }])
})

async function readRequests({ log }: WireTap): Promise<RequestEntry[]> {
  const { entries } = await firstValueFrom(log.content$)
  return entries.filter((entry) => entry.kind === 'request')
}

async function openReader(tap: WireTap, url: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const { body } = await tap.fetch(url, { headers: { accept: 'text/event-stream' } })
  if (!body) throw new Error('The response has no body')
  return body.getReader()
}

async function decodeText(reading: Promise<ReadableStreamReadResult<Uint8Array>>): Promise<string> {
  return new TextDecoder().decode((await reading).value)
}

/** Waits until a number has stopped growing. */
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

function respondJson(response: ServerResponse, body: object): void {
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
  /** The number of responses in flight. */
  openResponses: () => number
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
    openResponses: () => open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
