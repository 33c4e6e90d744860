import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { respondToConnect, type ClientErrorListener } from './client-error.ts'
import type { InFlightRequests } from './in-flight-requests.ts'

export interface Listening {
  /** For example `http://127.0.0.1:3000`. */
  readonly origin: string
  readonly port: number
}

/** The HTTP servers that `chat.listen()` started. */
export interface HttpServers {
  listen(handler: RequestListener, address: { port: number; host: string }): Promise<Listening>
  /**
   * Stops accepting connections, waits for in-flight requests, and closes the remaining connections. Incomplete
   * requests get less time.
   */
  drain(inFlight: InFlightRequests): Promise<void>
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

export function createHttpServers(onClientError: ClientErrorListener): HttpServers {
  const servers: Server[] = []
  return {
    listen: async (handler, { port, host }) => {
      const server = createHttpServer(handler, onClientError)
      server.listen(port, host)
      await once(server, 'listening')
      servers.push(server)
      const { port: boundPort } = server.address() as AddressInfo
      return { origin: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`, port: boundPort }
    },
    drain: async (inFlight) => {
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
