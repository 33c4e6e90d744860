import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Cors } from '../http/cors.ts'
import { parseWebhookId } from '../http/request-path.ts'
import { newId } from '../wire/new-id.ts'
import type { NetworkConditions } from './delay-queue.ts'
import { createFaults, type FaultResponse, type Faults, type TestRequest } from './faults.ts'
import { createFaultyConnection, type FaultyConnection } from './faulty-connection.ts'
import { createIssuedIds, type IssuedIds } from './issued-ids.ts'

/** What stands between the clients of a test server and its chat: every connection is a line, every request may meet a fault. */
export interface FaultProxy {
  readonly conditions: NetworkConditions
  readonly faults: Faults
  readonly issuedIds: IssuedIds
  readonly requests: TestRequest[]
  readonly connections: number
  readonly unreadBytes: number
  /** Puts a line on every connection of the server. */
  attach(server: Server): void
  handler(to: RequestListener): RequestListener
  /** To be called when the weather has changed. */
  flush(): void
  disconnect(only?: (request: TestRequest) => boolean): void
}

export function createFaultProxy(cors: Cors): FaultProxy {
  const weather: NetworkConditions = { delayMs: 0, frozen: 'none' }
  const faults = createFaults()
  const givenIds = createIssuedIds()
  const requests: TestRequest[] = []
  const lines = new Map<Duplex, { readonly line: FaultyConnection; latest?: TestRequest }>()

  const meet = (request: IncomingMessage, response: ServerResponse): boolean => {
    const found = lines.get(request.socket)
    const { method = '' } = request
    const seen = { method, path: pathOf(request.url), webhookId: parseWebhookId(request.url) }
    const fault = faults.take(seen)
    const latest: TestRequest = { ...seen, outcome: fault?.outcome ?? 'passed' }
    requests.push(latest)
    if (found) found.latest = latest
    if (fault?.outcome === 'lost') found?.line.reset()
    if (fault?.outcome === 'unanswered') found?.line.resetOnResponse()
    if (fault?.outcome === 'answered') answer(response, fault.answer, cors(request.headers.origin, false))
    return latest.outcome === 'passed' || latest.outcome === 'unanswered'
  }

  return {
    conditions: weather,
    faults,
    issuedIds: givenIds,
    requests,
    get connections() {
      return lines.size
    },
    get unreadBytes() {
      return [...lines.values()].reduce((sum, { line }) => sum + line.unreadBytes, 0)
    },
    attach: (server) => {
      const [accept] = server.listeners('connection')
      server.removeAllListeners('connection')
      server.on('connection', (raw: Socket) => {
        const line = createFaultyConnection(raw, {
          weather,
          onSent: (bytes) => {
            givenIds.record(bytes)
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
      if (givenIds.isExpired(String(id))) request.headers['last-event-id'] = 'forgotten'
      to(request, response)
    },
    flush: () => {
      for (const { line } of lines.values()) line.flush()
    },
    disconnect: (only) => {
      for (const { line, latest } of lines.values()) if (!only || (latest && only(latest))) line.reset()
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
