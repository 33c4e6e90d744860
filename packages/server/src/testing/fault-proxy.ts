import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { parseWebhookId, type Cors } from '../http/app.ts'
import { newId } from '../wire/ids.ts'
import { createFaultyConnection, type FaultyConnection, type NetworkConditions } from './faulty-connection.ts'

/** A request that a test server received. */
export interface TestRequest {
  readonly method: string
  /** Relative to the base URL of the bot, without a query: `/messages`. */
  readonly path: string
  readonly webhookId: string
  /**
   * `forwarded`: processed normally. `dropped`: not processed, and the connection was reset. `response_dropped`:
   * processed, but the connection was reset before the response. `replaced`: not processed, and `respond` set the
   * response.
   */
  readonly outcome: 'forwarded' | 'dropped' | 'response_dropped' | 'replaced'
}

/** The requests that a fault applies to. */
export interface FaultScope {
  /** The number of requests. Default: 1. `Infinity`: until `reset()`. */
  readonly times?: number
  /** Selects requests. Default: all except `OPTIONS`. */
  readonly only?: (request: Omit<TestRequest, 'outcome'>) => boolean
}

/** A response that replaces that of the server. */
export interface FaultResponse {
  readonly status: number
  /** If set, the body is an error of this type in the error format of the API. */
  readonly type?: string
  /** The body, such as the error page of a load balancer. */
  readonly body?: string
  readonly contentType?: string
  /** The value of the header `retry-after`, in seconds. */
  readonly retryAfter?: number
}

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

type Fault =
  | { readonly outcome: 'dropped' | 'response_dropped' }
  | { readonly outcome: 'replaced'; readonly response: FaultResponse }

/** The pending faults, oldest first. */
interface Faults {
  add(fault: Fault, scope: FaultScope): void
  /** Returns the first fault that applies to the request, and counts it as used. */
  take(request: Omit<TestRequest, 'outcome'>): Fault | undefined
  clear(): void
}

function createFaults(): Faults {
  let pending: {
    readonly fault: Fault
    readonly only: NonNullable<FaultScope['only']>
    remaining: number
  }[] = []
  return {
    add: (fault, { times = 1, only = () => true }) => {
      pending.push({ fault, only, remaining: times })
    },
    take: (request) => {
      const found = pending.find(({ only }) => only(request))
      if (!found) return undefined
      found.remaining--
      if (found.remaining <= 0) pending = pending.filter((item) => item !== found)
      return found.fault
    },
    clear: () => {
      pending = []
    },
  }
}

/** The SSE ids that a test server has sent. Lets it act as if its log no longer contained their positions. */
interface IssuedIds {
  /** Records the ids in sent bytes. */
  record(bytes: Buffer): void
  /** Makes all issued ids unknown until they are issued again. */
  expire(): void
  isExpired(id: string | undefined): boolean
}

const ids = /^id: (\S+)$|^data: \{"state":"\w+","id":"(\S+)"\}$/gm

function createIssuedIds(): IssuedIds {
  let issued = new Set<string>()
  const expired = new Set<string>()
  return {
    record: (bytes) => {
      for (const [, signalId, readyId] of bytes.toString().matchAll(ids)) {
        const id = signalId ?? readyId ?? ''
        issued.add(id)
        expired.delete(id)
      }
    },
    expire: () => {
      for (const id of issued) expired.add(id)
      issued = new Set()
    },
    isExpired: (id) => id !== undefined && expired.has(id),
  }
}
