import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs'
import { isEventStream, recordRequest, type RequestRecord } from './request-record.ts'
import { tapBody } from './tap-body.ts'
import { createWireLog, type WireLog } from './wire-log.ts'

/**
 * A `fetch` for `createChat` that logs requests and simulates network faults. Works with any server, and affects only
 * this client.
 */
export interface WireTap {
  readonly fetch: typeof globalThis.fetch
  readonly log: WireLog
  /** Replays the latest value. */
  readonly conditions$: Observable<NetworkConditions>
  /** Changes the conditions. Going offline fails all in-flight requests and streams, as a lost network would. */
  change: (conditions: Partial<NetworkConditions>) => void
  /** Number of open streams in this tab. Replays the latest value. */
  readonly streams$: Observable<number>
  /** Fails every open stream, as a lost connection would. */
  dropStreams: () => void
  /** Stops delivering data on the open streams, without an error. Streams opened later are not affected. */
  stallStreams: () => void
}

interface WireTapOptions {
  fetch?: typeof globalThis.fetch
  now?: () => number
  wait?: Wait
  log?: WireLog
}

/** An in-flight request and its response. */
interface Exchange {
  readonly abortController: AbortController
  isStream: boolean
  isStalled: boolean
  record: RequestRecord
}

export function createWireTap(options: WireTapOptions = {}): WireTap {
  const { fetch = globalThis.fetch.bind(globalThis), now = Date.now, wait = defaultWait } = options
  const log = options.log ?? createWireLog()
  const conditions$ = new BehaviorSubject(defaultConditions)
  const attempts = createAttemptCounter()
  const exchanges = new Set<Exchange>()
  const exchanges$ = new BehaviorSubject(exchanges)

  async function send(request: Request): Promise<Response> {
    const attempt = attempts.getAttempt(request)
    // Request bodies are small, and never streams.
    const body = await request.clone().text()
    const exchange: Exchange = {
      abortController: new AbortController(),
      isStream: false,
      isStalled: false,
      record: recordRequest(request, { log, now, attempt, body }),
    }
    exchanges.add(exchange)
    try {
      const response = await getResponse(exchange, request)
      exchange.record.markResponded(response)
      if (response.status < 500 && response.status !== 429) attempts.reset(request)
      else attempts.recordFailure(request)
      return forward(response, exchange, request)
    } catch (error) {
      const isCanceled = request.signal.aborted
      if (!isCanceled) attempts.recordFailure(request)
      finish(exchange, isCanceled ? 'canceled' : 'failed', error)
      throw error
    }
  }

  async function getResponse(exchange: Exchange, request: Request): Promise<Response> {
    const signal = AbortSignal.any([request.signal, exchange.abortController.signal])
    if (conditions$.value.isOffline) throw connectionLostError()
    await wait(conditions$.value.latencyMs, signal)
    signal.throwIfAborted()

    const sendOutcome = isMessageRequest(request) ? conditions$.value.sendOutcome : 'delivered'
    if (sendOutcome === 'rejected') return rejectedResponse()
    const response = await fetch(request, { signal })
    if (sendOutcome !== 'responses_lost') return response
    await response.body?.cancel()
    throw connectionLostError()
  }

  /** Returns the response with an observed body. */
  function forward(response: Response, exchange: Exchange, request: Request): Response {
    const { body, status, statusText, headers, url } = response
    if (!body || isNullBodyStatus(status)) {
      finish(exchange, response.ok ? 'done' : 'rejected')
      return response
    }
    exchange.isStream = isEventStream(response)
    exchanges$.next(exchanges)
    const tapped = tapBody(body, {
      signal: exchange.abortController.signal,
      delay: (arrived, signal) => delayChunk(exchange, arrived, signal),
      onChunk: exchange.record.addChunk,
      onEnd(end) {
        if (end === 'done') finish(exchange, response.ok ? 'done' : 'rejected')
        else if (end === 'canceled') finish(exchange, 'canceled')
        else finish(exchange, request.signal.aborted ? 'canceled' : 'failed', end.failed)
      },
    })
    const observed = new Response(tapped, { status, statusText, headers })
    return Object.defineProperty(observed, 'url', { value: url })
  }

  /** Delays a chunk. A chunk that is already buffered arrived with the one before, and is not delayed again. */
  async function delayChunk(exchange: Exchange, arrived: Promise<void>, signal: AbortSignal): Promise<void> {
    const { latencyMs } = conditions$.value
    const needsDelay = latencyMs > 0 && (await resolvesFirst(wait(1, signal), arrived))
    await arrived
    if (needsDelay) await wait(latencyMs, signal)
    if (exchange.isStalled) await waitForAbort(signal)
  }

  function finish(
    exchange: Exchange,
    state: Parameters<RequestRecord['markEnded']>[0],
    cause?: unknown,
  ): void {
    exchanges.delete(exchange)
    exchanges$.next(exchanges)
    const isDropped = state === 'failed' && exchange.abortController.signal.aborted
    exchange.record.markEnded(
      isDropped ? 'dropped' : state,
      cause instanceof Error ? cause.message : undefined,
    )
  }

  const getStreams = (): Exchange[] => [...exchanges].filter(({ isStream }) => isStream)

  return {
    fetch: (input, init) => send(new Request(input, init)),
    log,
    conditions$: conditions$.asObservable(),
    change(conditions) {
      conditions$.next({ ...conditions$.value, ...conditions })
      if (conditions.isOffline)
        for (const { abortController } of exchanges) abortController.abort(connectionLostError())
    },
    streams$: exchanges$.pipe(
      map(() => getStreams().length),
      distinctUntilChanged(),
    ),
    dropStreams() {
      for (const { abortController } of getStreams()) abortController.abort(connectionLostError())
    },
    stallStreams() {
      for (const exchange of getStreams()) {
        exchange.isStalled = true
        exchange.record.markStalled()
      }
    },
  }
}

/** The error that browsers throw. */
function connectionLostError(): TypeError {
  return new TypeError('The connection was dropped by the wire inspector.')
}

/** The `Response` constructor throws if one of these has a body, which some browsers supply. */
function isNullBodyStatus(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

function isMessageRequest({ method, url }: Request): boolean {
  return method === 'POST' && /\/messages\/?$/.test(new URL(url).pathname)
}

/** A permanent error, so that the client does not retry and the message fails visibly. */
function rejectedResponse(): Response {
  const error = {
    id: crypto.randomUUID(),
    code: 403,
    type: 'QuotaExceeded',
    message: 'The wire inspector rejects all messages.',
  }
  return Response.json(error, { status: error.code })
}

function resolvesFirst(a: Promise<void>, b: Promise<void>): Promise<boolean> {
  return Promise.race([a.then(() => true), b.then(() => false)])
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve())
  })
}

/** Network faults that the tap simulates. */
export interface NetworkConditions {
  /** Every request fails, and open streams are dropped. */
  isOffline: boolean
  /** Delay of each request and of each chunk of a response. */
  latencyMs: number
  /** Outcome of sending a message. `rejected`: the server gets none. `responses_lost`: stored, without a response. */
  sendOutcome: 'delivered' | 'rejected' | 'responses_lost'
}

export const defaultConditions: NetworkConditions = {
  isOffline: false,
  latencyMs: 0,
  sendOutcome: 'delivered',
}

/** Counts the attempts of repeated requests. */
interface AttemptCounter {
  /** Returns the number of the attempt, from 1. */
  getAttempt: (request: Request) => number
  /** Counts the next such request as another attempt. */
  recordFailure: (request: Request) => void
  /** Counts the next such request as a first attempt. */
  reset: (request: Request) => void
}

function createAttemptCounter(): AttemptCounter {
  const failures = new Map<string, number>()
  const countFailures = (request: Request): number => failures.get(getRequestKey(request)) ?? 0
  return {
    getAttempt: (request) => countFailures(request) + 1,
    recordFailure: (request) => void failures.set(getRequestKey(request), countFailures(request) + 1),
    reset: (request) => void failures.delete(getRequestKey(request)),
  }
}

/** A POST is identified by its idempotency key, so two to the same path differ. */
function getRequestKey({ method, url, headers }: Request): string {
  return `${method} ${url} ${headers.get('idempotency-key') ?? ''}`
}

/** Waits until the time is over or `signal` aborts. Never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>

const defaultWait: Wait = (ms, signal) =>
  new Promise((resolve) => {
    if (ms <= 0 || signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
