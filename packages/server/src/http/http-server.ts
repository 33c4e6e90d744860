import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerConnect, type ClientErrorListener } from './client-error.ts'
import type { UnderWay } from './under-way.ts'

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
  drain(underWay: UnderWay): Promise<void>
}

/** How long in-flight requests may take when the server stops: well below the 10 s after which supervisors kill it. */
const drainMs = 5_000
/** How long incomplete requests may take to arrive when the server stops. */
const arrivalMs = 1_000
const lookEveryMs = 5

/** Longer than the 60 s after which load balancers close idle connections, so that they never send on a closing one. */
const idleMs = 75_000

/** How long a request may take to arrive. Node's default of 300 s lets clients occupy memory at no cost. */
const requestMs = 30_000
const lookForLateRequestsEveryMs = 2_000

/** What Node would refuse by itself, without a body, is refused like anything else. */
export function newHttpServer(handler: RequestListener, onClientError: ClientErrorListener): Server {
  const server = createServer(
    {
      requireHostHeader: false,
      keepAliveTimeout: idleMs,
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      connectionsCheckingInterval: lookForLateRequestsEveryMs,
    },
    handler,
  )
  // Otherwise Node requests the body before the key is checked.
  server.on('checkContinue', handler)
  server.on('checkExpectation', handler)
  server.on('connect', answerConnect)
  server.on('clientError', onClientError)
  return server
}

export function createHttpServers(onClientError: ClientErrorListener): HttpServers {
  const servers: Server[] = []
  return {
    listen: async (handler, { port, host }) => {
      const server = newHttpServer(handler, onClientError)
      server.listen(port, host)
      await once(server, 'listening')
      servers.push(server)
      const { port: bound } = server.address() as AddressInfo
      return { origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound }
    },
    drain: async (underWay) => {
      const start = performance.now()
      const isPast = (ms: number): boolean => performance.now() > start + ms
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const server of servers) server.closeIdleConnections()
      while (underWay.count > 0 && !isPast(drainMs)) {
        if (isPast(arrivalMs)) underWay.cutUnfinished()
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      }
      for (const server of servers) server.closeAllConnections()
      await Promise.all(closed)
    },
  }
}
