import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { respondToConnect, type ClientErrorListener } from './client-error.ts'
import type { InFlightRequests } from './in-flight-requests.ts'

export interface Listening {
  /** Such as `http://127.0.0.1:3000`. */
  readonly origin: string
  readonly port: number
}

/** Servers of our own for a handler, as many as are asked for. */
export interface HttpServers {
  listen(handler: RequestListener, address: { port: number; host: string }): Promise<Listening>
  /**
   * Stops accepting connections, waits for pending responses, and closes the remaining connections. Incomplete requests
   * are dropped earlier.
   */
  drain(inFlight: InFlightRequests): Promise<void>
}

/** How long in-flight requests may take when the server stops: well below the 10 s after which supervisors kill it. */
const drainTimeoutMs = 5_000
/** How long incomplete requests may take to arrive when the server stops. */
const incompleteTimeoutMs = 1_000
const pollIntervalMs = 5

/** Longer than the 60 s after which load balancers close idle connections, so that they never send on a closing one. */
const idleTimeoutMs = 75_000

/** How long a request may take to arrive. Node's default of 300 s lets clients occupy memory at no cost. */
const requestTimeoutMs = 30_000
const timeoutCheckIntervalMs = 2_000

/** What Node would refuse by itself, without a body, is refused like anything else. */
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
      const { port: bound } = server.address() as AddressInfo
      return { origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound }
    },
    drain: async (inFlight) => {
      const start = performance.now()
      const isPast = (ms: number): boolean => performance.now() > start + ms
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const server of servers) server.closeIdleConnections()
      while (inFlight.count > 0 && !isPast(drainTimeoutMs)) {
        if (isPast(incompleteTimeoutMs)) inFlight.destroyIncomplete()
        await new Promise((resolve) => setTimeout(resolve, pollIntervalMs))
      }
      for (const server of servers) server.closeAllConnections()
      await Promise.all(closed)
    },
  }
}
