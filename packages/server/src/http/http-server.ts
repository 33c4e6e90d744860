import { once } from 'node:events'
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from '../logger.ts'
import type { ListenOptions } from '../server-options.ts'
import { createErrorBody, type ErrorBody } from '../wire/api-error.ts'
import { errorJson } from '../wire/render.ts'

export interface Listening {
  /** For example `http://127.0.0.1:3000`. */
  readonly origin: string
  readonly port: number
}

/** The HTTP servers that `chat.listen()` started. */
export interface HttpServers {
  /** @throws Error if `drain` was called, also while this opens the port. */
  listen(options: ListenOptions): Promise<Listening>
  /**
   * Stops accepting connections, waits for in-flight requests, and closes the remaining connections. Incomplete
   * requests get less time.
   */
  drain(): Promise<void>
}

/** How long in-flight requests may take when the server stops. Supervisors kill a process after 10 s or more. */
const drainTimeoutMs = 5_000
/** How long incomplete requests may take to arrive when the server stops. */
const incompleteTimeoutMs = 1_000
const pollIntervalMs = 5

/** Longer than the 60 s for which load balancers reuse connections, so that no request meets a closing connection. */
const idleTimeoutMs = 75_000

/** How long a request may take to arrive. Node's default of 300 s would let clients occupy memory at no cost. */
const requestTimeoutMs = 30_000
const timeoutCheckIntervalMs = 2_000

/**
 * Creates an HTTP server that also passes on requests that Node rejects by default, so that they get a response in the
 * error format of the API.
 */
export function createHttpServer(handler: RequestListener, onClientError: ClientErrorListener): Server {
  const server = createServer(
    {
      requireHostHeader: false,
      keepAliveTimeout: idleTimeoutMs,
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: timeoutCheckIntervalMs,
    },
    handler,
  )
  // Otherwise Node requests the body before the key is checked.
  server.on('checkContinue', handler)
  server.on('checkExpectation', handler)
  server.on('connect', respondToConnect)
  server.on('clientError', onClientError)
  return server
}

/**
 * @param options.respond - Responds to the requests that `matches` selects, and to all without a `fallback`.
 * @param options.inFlight - Also counts the requests of servers that embed the API, which no library for graceful
 *   shutdown knows.
 */
export function createHttpServers({
  respond,
  matches,
  onClientError,
  inFlight,
}: {
  respond: RequestListener
  matches: (request: IncomingMessage) => boolean
  onClientError: ClientErrorListener
  inFlight: InFlightRequests
}): HttpServers {
  const servers: Server[] = []
  const opening = new Set<Promise<unknown>>()
  let isDraining = false
  const open = async (server: Server, port: number, host: string): Promise<void> => {
    server.listen(port, host)
    await once(server, 'listening')
    // A server cannot be closed before it listens.
    if (isDraining) await new Promise((resolve) => server.close(resolve))
    else servers.push(server)
  }
  const assertOpen = (): void => {
    if (isDraining) throw new Error('Unable to listen; the server has been closed. Create a new one.')
  }
  return {
    listen: async ({ port = 3000, host = '127.0.0.1', fallback }) => {
      assertOpen()
      const listener: RequestListener = (request, response) => {
        if (fallback && !matches(request)) {
          // The `checkContinue` listener disables Node's own `100 Continue`, which `fallback` relies on.
          if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue()
          fallback(request, response)
        } else respond(request, response)
      }
      const server = createHttpServer(listener, onClientError)
      const opened = open(server, port, host)
      opening.add(opened)
      await opened.finally(() => opening.delete(opened))
      assertOpen()
      const { port: boundPort } = server.address() as AddressInfo
      return { origin: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`, port: boundPort }
    },
    drain: async () => {
      isDraining = true
      await Promise.allSettled(opening)
      const start = performance.now()
      const hasElapsed = (ms: number): boolean => performance.now() > start + ms
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const server of servers) server.closeIdleConnections()
      while (inFlight.count > 0 && !hasElapsed(drainTimeoutMs)) {
        if (hasElapsed(incompleteTimeoutMs)) inFlight.destroyIncomplete()
        await new Promise((resolve) => setTimeout(resolve, pollIntervalMs))
      }
      for (const server of servers) server.closeAllConnections()
      await Promise.all(closed)
    },
  }
}

/** A listener for the `clientError` event of a server. */
export type ClientErrorListener = (error: Error & { code?: string }, socket: Duplex) => void

/** Responds to requests that Node's HTTP parser rejects: in the API's error format, after all earlier responses. */
export function createClientErrorListener(logger: Logger, inFlight: InFlightRequests): ClientErrorListener {
  const rejected = new WeakSet<Duplex>()
  return (error, socket) => {
    const requests = inFlight.onSocket(socket)
    // During a response, such as a stream, clients would read the error as a part of its body.
    const isResponding = requests.some(({ response }) => response.headersSent && !response.writableEnded)
    if (error.code === 'ECONNRESET' || !socket.writable || isResponding) {
      socket.destroy()
      return
    }
    // The parser reports an error for every further packet.
    if (rejected.has(socket)) return
    rejected.add(socket)
    const body = describeClientError(error.code)
    logger.info({ errorId: body.id, type: body.type, reason: error.code }, 'a request was rejected')
    // The incomplete request is the rejected one.
    const earlier = requests.filter(({ request }) => request.complete)
    void Promise.all(earlier.map(({ response }) => whenClosed(response, socket))).then(() => {
      if (socket.writable) respondWithError(socket, body)
    })
  }
}

async function whenClosed(response: ServerResponse, socket: Duplex): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once('close', resolve)
    socket.once('close', resolve)
  })
}

/** A listener for the `connect` event of a server. Without one, Node closes the connection without a response. */
function respondToConnect(_: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  respondWithError(
    socket,
    createErrorBody(
      'ResourceNotFound',
      'Unable to find this route; the server is not a proxy. Send requests to it directly.',
    ),
  )
}

/** Time for the response to reach clients that are still sending. */
const lingerMs = 1_000

function respondWithError(socket: Duplex, body: ErrorBody): void {
  const json = errorJson(body)
  // Otherwise a client could keep the connection and its partial request open indefinitely.
  setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.end(
    `HTTP/1.1 ${body.code} ${STATUS_CODES[body.code] ?? 'Error'}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `cache-control: no-store\r\ncontent-length: ${Buffer.byteLength(json)}\r\n` +
      `connection: close\r\n\r\n${json}`,
  )
}

function describeClientError(code: string | undefined): ErrorBody {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return createErrorBody(
        'LimitExceeded',
        'Unable to read the request; its headers or its URL are too long. Shorten them.',
      )
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return createErrorBody(
        'OperationTimeout',
        'Unable to read the request; it did not arrive in time. Send it again.',
      )
    default:
      return createErrorBody(
        'InvalidDataFormat',
        'Unable to read the request; it is not valid HTTP. Correct its syntax.',
      )
  }
}

/** A request whose response has not been sent completely. */
interface InFlightRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** The requests of this server that are in flight. */
export interface InFlightRequests {
  /**
   * Adds a request. If too many requests of its connection are in flight, closes the connection and returns false:
   * Node keeps reading requests behind a stream or an unread response.
   */
  add(item: InFlightRequest): boolean
  readonly count: number
  onSocket(socket: Duplex): readonly InFlightRequest[]
  /** Closes the connections that wait for the rest of a request and have no earlier response to send. */
  destroyIncomplete(): void
  /**
   * Waits until all earlier responses on the connection have been sent, including those of an embedding program. A
   * client that pipelines requests without reading responses then occupies the memory of one response only.
   *
   * @returns Undefined if all earlier responses have been sent. Resolves to false if the connection closes first.
   */
  waitForEarlier(response: ServerResponse): Promise<boolean> | undefined
  /** Calls back once: when the response has been sent, or when its connection closes. */
  onFinished(response: ServerResponse, callback: () => void): void
}

interface Connection {
  /** In order of arrival. */
  readonly requests: Set<InFlightRequest>
  /** Called when the connection closes. */
  readonly onClosed: Set<() => void>
}

/** Far more than any real client pipelines. */
const maxPerConnection = 128

export function createInFlightRequests(): InFlightRequests {
  const connections = new WeakMap<Duplex, Connection>()
  const open = new Set<InFlightRequest>()

  const getConnection = (socket: Duplex): Connection => {
    const existing = connections.get(socket)
    if (existing) return existing
    const connection: Connection = { requests: new Set(), onClosed: new Set() }
    connections.set(socket, connection)
    // A response emits no `close` event while it waits for earlier responses on its connection.
    socket.once('close', () => {
      for (const item of connection.requests) open.delete(item)
      connection.requests.clear()
      for (const callback of connection.onClosed) callback()
      connection.onClosed.clear()
    })
    return connection
  }

  return {
    add: (item) => {
      const { socket } = item.request
      if (socket.destroyed) return false
      const connection = getConnection(socket)
      if (connection.requests.size >= maxPerConnection) {
        socket.destroy()
        return false
      }
      connection.requests.add(item)
      open.add(item)
      item.response.once('close', () => {
        open.delete(item)
        connection.requests.delete(item)
      })
      return true
    },
    get count() {
      return open.size
    },
    onSocket: (socket) => [...(connections.get(socket)?.requests ?? [])],
    destroyIncomplete: () => {
      for (const { request, response } of open)
        if (!request.complete && hasSocket(response)) request.socket.destroy()
    },
    waitForEarlier: (response) => {
      if (hasSocket(response)) return undefined
      const { socket } = response.req
      if (socket.destroyed) return Promise.resolve(false)
      const { onClosed } = getConnection(socket)
      return new Promise((resolve) => {
        const onClose = (): void => {
          resolve(false)
        }
        onClosed.add(onClose)
        response.once('socket', () => {
          onClosed.delete(onClose)
          resolve(true)
        })
      })
    },
    onFinished: (response, callback) => {
      const { onClosed } = getConnection(response.req.socket)
      const finish = (): void => {
        if (onClosed.delete(finish)) callback()
      }
      onClosed.add(finish)
      response.once('close', finish)
      if (response.req.socket.destroyed) finish()
    },
  }
}

/** Node assigns the socket to a response once all earlier responses on the connection have been sent. */
function hasSocket({ socket }: ServerResponse): boolean {
  return socket !== null
}
