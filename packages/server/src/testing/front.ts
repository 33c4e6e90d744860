import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Cors } from '../http/cors.ts'
import { webhookIdOf } from '../http/request-path.ts'
import { newId } from '../wire/new-id.ts'
import { createFaults, type FaultResponse, type Faults, type TestRequest } from './faults.ts'
import { createGivenIds, type GivenIds } from './given-ids.ts'
import type { Weather } from './lane.ts'
import { createLine, type Line } from './line.ts'

/** What stands between the clients of a test server and its chat: every connection is a line, every request may meet a fault. */
export interface Front {
  readonly weather: Weather
  readonly faults: Faults
  readonly givenIds: GivenIds
  readonly requests: TestRequest[]
  readonly connections: number
  readonly heldBytes: number
  /** Puts a line on every connection of the server. */
  guard(server: Server): void
  handler(to: RequestListener): RequestListener
  /** To be called when the weather has changed. */
  flow(): void
  cut(only?: (request: TestRequest) => boolean): void
}

export function createFront(cors: Cors): Front {
  const weather: Weather = { delayMs: 0, silence: 'none' }
  const faults = createFaults()
  const givenIds = createGivenIds()
  const requests: TestRequest[] = []
  const lines = new Map<Duplex, { readonly line: Line; latest?: TestRequest }>()

  const meet = (request: IncomingMessage, response: ServerResponse): boolean => {
    const found = lines.get(request.socket)
    const { method = '' } = request
    const seen = { method, path: pathOf(request.url), webhookId: webhookIdOf(request.url) }
    const fault = faults.take(seen)
    const latest: TestRequest = { ...seen, outcome: fault?.outcome ?? 'passed' }
    requests.push(latest)
    if (found) found.latest = latest
    if (fault?.outcome === 'lost') found?.line.cut()
    if (fault?.outcome === 'unanswered') found?.line.cutAtAnswer()
    if (fault?.outcome === 'answered') answer(response, fault.answer, cors(request.headers.origin, false))
    return latest.outcome === 'passed' || latest.outcome === 'unanswered'
  }

  return {
    weather,
    faults,
    givenIds,
    requests,
    get connections() {
      return lines.size
    },
    get heldBytes() {
      return [...lines.values()].reduce((sum, { line }) => sum + line.heldBytes, 0)
    },
    guard: (server) => {
      const [accept] = server.listeners('connection')
      server.removeAllListeners('connection')
      server.on('connection', (raw: Socket) => {
        const line = createLine(raw, {
          weather,
          onSent: (bytes) => {
            givenIds.note(bytes)
          },
        })
        lines.set(line.socket, { line })
        raw.once('close', () => lines.delete(line.socket))
        // Node's server takes any duplex stream for a connection; its types do not say so here.
        if (accept) Reflect.apply(accept, server, [line.socket])
      })
    },
    handler: (to) => (request, response) => {
      if (request.method !== 'OPTIONS' && !meet(request, response)) return
      const id = request.headers['last-event-id']
      if (givenIds.isForgotten(String(id))) request.headers['last-event-id'] = 'forgotten'
      to(request, response)
    },
    flow: () => {
      for (const { line } of lines.values()) line.flow()
    },
    cut: (only) => {
      for (const { line, latest } of lines.values()) if (!only || (latest && only(latest))) line.cut()
    },
  }
}

function pathOf(url = '/'): string {
  return url.replace(/[?#].*$/, '').replace(/^\/[^/]*/, '') || '/'
}

function answer(response: ServerResponse, fault: FaultResponse, headers: Record<string, string>): void {
  const { status, type, retryAfter } = fault
  const message = 'Unable to answer; the test server was told to fail.'
  const failure = type === undefined ? '' : JSON.stringify({ id: newId('err'), code: status, type, message })
  const contentType = fault.contentType ?? (type === undefined ? 'text/plain' : 'application/json')
  response
    .writeHead(status, {
      ...headers,
      'content-type': contentType,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    })
    .end(fault.body ?? failure)
}
