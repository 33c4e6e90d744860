import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs'
import { createAttempts } from './attempts.ts'
import { fairConditions, type NetworkConditions } from './network-conditions.ts'
import { isEventStream, recordRequest, type RequestRecord } from './request-record.ts'
import { tapBody } from './tap-body.ts'
import { wait as waitFor, type Wait } from './wait.ts'
import { createWireLog, type WireLog } from './wire-log.ts'

/**
 * A `fetch` to give to `createChat`, which writes down what passes and can make the network worse than it is: in front of any
 * server, and noticed by nobody but the client.
 */
export interface WireTap {
  readonly fetch: typeof globalThis.fetch
  readonly log: WireLog
  /** Replays the latest. */
  readonly conditions$: Observable<NetworkConditions>
  /** To go offline ends what is under way, as a lost network does. */
  change: (conditions: Partial<NetworkConditions>) => void
  /** How many streams are open in this tab. Replays the latest. */
  readonly streams$: Observable<number>
  /** Ends every open stream as a lost connection does. */
  cutStreams: () => void
  /** From now on nothing comes on the streams that are open, and nobody says so. Streams opened later are well. */
  silenceStreams: () => void
}

export interface WireTapOptions {
  fetch?: typeof globalThis.fetch
  now?: () => number
  wait?: Wait
  log?: WireLog
}

/** One request on its way, or the stream that came of it. */
interface Line {
  readonly ending: AbortController
  isStream: boolean
  isSilent: boolean
  record: RequestRecord
}

export function createWireTap(options: WireTapOptions = {}): WireTap {
  const { fetch = globalThis.fetch.bind(globalThis), now = Date.now, wait = waitFor } = options
  const log = options.log ?? createWireLog()
  const conditions$ = new BehaviorSubject(fairConditions)
  const attempts = createAttempts()
  const lines = new Set<Line>()
  const lines$ = new BehaviorSubject(lines)

  async function send(request: Request): Promise<Response> {
    const attempt = attempts.of(request)
    // The body is small: a stream is never sent.
    const body = await request.clone().text()
    const line: Line = {
      ending: new AbortController(),
      isStream: false,
      isSilent: false,
      record: recordRequest(request, { log, now, attempt, body }),
    }
    lines.add(line)
    try {
      const response = await answerOn(line, request)
      line.record.answered(response)
      if (response.status < 500 && response.status !== 429) attempts.settle(request)
      else attempts.fail(request)
      return passOn(response, line, request)
    } catch (error) {
      const isClosed = request.signal.aborted
      if (!isClosed) attempts.fail(request)
      finish(line, isClosed ? 'closed' : 'failed', error)
      throw error
    }
  }

  async function answerOn(line: Line, request: Request): Promise<Response> {
    const signal = AbortSignal.any([request.signal, line.ending.signal])
    if (conditions$.value.isOffline) throw lostConnection()
    await wait(conditions$.value.latencyMs, signal)
    signal.throwIfAborted()

    const sends = isMessage(request) ? conditions$.value.sends : 'delivered'
    if (sends === 'refused') return refusal()
    const response = await fetch(request, { signal })
    if (sends !== 'answers_lost') return response
    await response.body?.cancel()
    throw lostConnection()
  }

  /** The answer, with its body looked at while it passes. */
  function passOn(response: Response, line: Line, request: Request): Response {
    const { body, status, statusText, headers, url } = response
    if (!body || isBodiless(status)) {
      finish(line, response.ok ? 'done' : 'refused')
      return response
    }
    line.isStream = isEventStream(response)
    lines$.next(lines)
    const tapped = tapBody(body, {
      signal: line.ending.signal,
      hold: (arrived, signal) => hold(line, arrived, signal),
      onChunk: line.record.received,
      onEnd(end) {
        if (end === 'done') finish(line, response.ok ? 'done' : 'refused')
        else if (end === 'closed') finish(line, 'closed')
        else finish(line, request.signal.aborted ? 'closed' : 'failed', end.failed)
      },
    })
    const answer = new Response(tapped, { status, statusText, headers })
    return Object.defineProperty(answer, 'url', { value: url })
  }

  /** What is there already when it is asked for came along with the piece before, and waits no longer. */
  async function hold(line: Line, arrived: Promise<void>, signal: AbortSignal): Promise<void> {
    const { latencyMs } = conditions$.value
    const isLate = latencyMs > 0 && (await isFirst(wait(1, signal), arrived))
    await arrived
    if (isLate) await wait(latencyMs, signal)
    if (line.isSilent) await untilAborted(signal)
  }

  function finish(line: Line, state: Parameters<RequestRecord['ended']>[0], cause?: unknown): void {
    lines.delete(line)
    lines$.next(lines)
    const isCut = state === 'failed' && line.ending.signal.aborted
    line.record.ended(isCut ? 'cut' : state, cause instanceof Error ? cause.message : undefined)
  }

  const streams = (): Line[] => [...lines].filter(({ isStream }) => isStream)

  return {
    fetch: (input, init) => send(new Request(input, init)),
    log,
    conditions$: conditions$.asObservable(),
    change(conditions) {
      conditions$.next({ ...conditions$.value, ...conditions })
      if (conditions.isOffline) for (const { ending } of lines) ending.abort(lostConnection())
    },
    streams$: lines$.pipe(
      map(() => streams().length),
      distinctUntilChanged(),
    ),
    cutStreams() {
      for (const { ending } of streams()) ending.abort(lostConnection())
    },
    silenceStreams() {
      for (const line of streams()) {
        line.isSilent = true
        line.record.silenced()
      }
    },
  }
}

/** As browsers say it. */
function lostConnection(): TypeError {
  return new TypeError('The connection was lost, by order of the wire inspector.')
}

/** Some browsers give these a body all the same, and nobody may make one with it. */
function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

function isMessage({ method, url }: Request): boolean {
  return method === 'POST' && /\/messages\/?$/.test(new URL(url).pathname)
}

/** What no client tries again by itself, so that people can see a message fail. */
function refusal(): Response {
  const error = {
    id: crypto.randomUUID(),
    code: 403,
    type: 'QuotaExceeded',
    message: 'The wire inspector lets no message through.',
  }
  return Response.json(error, { status: error.code })
}

function isFirst(one: Promise<void>, other: Promise<void>): Promise<boolean> {
  return Promise.race([one.then(() => true), other.then(() => false)])
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve())
  })
}
