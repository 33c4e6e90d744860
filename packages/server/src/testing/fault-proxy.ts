import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Cors } from '../http/cors.ts'
import { parseWebhookId } from '../http/request-path.ts'
import { newId } from '../wire/ids.ts'
import type { NetworkConditions } from './delay-queue.ts'
import { createFaults, type FaultResponse, type Faults, type TestRequest } from './faults.ts'
import { createFaultyConnection, type FaultyConnection } from './faulty-connection.ts'
import { createIssuedIds, type IssuedIds } from './issued-ids.ts'

/** Sits between a test server and its clients, and applies network conditions and faults. */
export interface FaultProxy {
  readonly conditions: NetworkConditions
  readonly faults: Faults
  readonly issuedIds: IssuedIds
  readonly requests: TestRequest[]
  readonly connections: number
  readonly unreadBytes: number
  /** Intercepts all connections of an HTTP server. */
  attach(server: Server): void
  handler(target: RequestListener): RequestListener
  /** Call it after `conditions` have changed. */
  flush(): void
  disconnect(only?: (request: TestRequest) => boolean): void
}

export function createFaultProxy(cors: Cors): FaultProxy {
  const conditions: NetworkConditions = { delayMs: 0, frozen: 'none' }
  const faults = createFaults()
  const issuedIds = createIssuedIds()
  const requests: TestRequest[] = []
  const connections = new Map<Duplex, { readonly connection: FaultyConnection; latest?: TestRequest }>()

  const applyFault = (request: IncomingMessage, response: ServerResponse): boolean => {
    const found = connections.get(request.socket)
    const { method = '' } = request
    const received = { method, path: getPath(request.url), webhookId: parseWebhookId(request.url) }
    const fault = faults.take(received)
    const latest: TestRequest = { ...received, outcome: fault?.outcome ?? 'forwarded' }
    requests.push(latest)
    if (found) found.latest = latest
    if (fault?.outcome === 'dropped') found?.connection.reset()
    if (fault?.outcome === 'response_dropped') found?.connection.resetOnResponse()
    if (fault?.outcome === 'replaced') respond(response, fault.response, cors(request.headers.origin, false))
    return latest.outcome === 'forwarded' || latest.outcome === 'response_dropped'
  }

  return {
    conditions,
    faults,
    issuedIds,
    requests,
    get connections() {
      return connections.size
    },
    get unreadBytes() {
      return [...connections.values()].reduce((sum, { connection }) => sum + connection.unreadBytes, 0)
    },
    attach: (server) => {
      const [accept] = server.listeners('connection')
      server.removeAllListeners('connection')
      server.on('connection', (raw: Socket) => {
        const connection = createFaultyConnection(raw, {
          conditions,
          onSent: (bytes) => {
            issuedIds.record(bytes)
          },
        })
        connections.set(connection.socket, { connection })
        raw.once('close', () => connections.delete(connection.socket))
        // Node accepts any duplex stream as a connection, but its types do not.
        if (accept) Reflect.apply(accept, server, [connection.socket])
      })
    },
    handler: (target) => (request, response) => {
      if (request.method !== 'OPTIONS' && !applyFault(request, response)) return
      const id = request.headers['last-event-id']
      if (issuedIds.isExpired(String(id))) request.headers['last-event-id'] = 'expired'
      target(request, response)
    },
    flush: () => {
      for (const { connection } of connections.values()) connection.flush()
    },
    disconnect: (only) => {
      for (const { connection, latest } of connections.values())
        if (!only || (latest && only(latest))) connection.reset()
    },
  }
}

function getPath(url = '/'): string {
  return url.replace(/[?#].*$/, '').replace(/^\/[^/]*/, '') || '/'
}

function respond(response: ServerResponse, fault: FaultResponse, headers: Record<string, string>): void {
  const { status, type, retryAfter } = fault
  const message = 'Unable to process the request; the test server simulates this error.'
  const errorBody =
    type === undefined ? '' : JSON.stringify({ id: newId('err'), code: status, type, message })
  const contentType = fault.contentType ?? (type === undefined ? 'text/plain' : 'application/json')
  response
    .writeHead(status, {
      ...headers,
      'content-type': contentType,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    })
    .end(fault.body ?? errorBody)
}
