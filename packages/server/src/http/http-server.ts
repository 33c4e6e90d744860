import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerConnect, type ClientErrorListener } from './client-error.ts'

export interface Listening {
  /** Such as `http://127.0.0.1:3000`. */
  readonly origin: string
  readonly port: number
}

/** Servers of our own for a handler, as many as are asked for. */
export interface HttpServers {
  listen(handler: RequestListener, address: { port: number; host: string }): Promise<Listening>
  /** Stops accepting; waits for `underWay` to come to nothing, but not for ever, and closes what is still open. */
  drain(underWay: () => number): Promise<void>
}

/** How long requests under way may take when the server stops. */
const drainMs = 10_000
const lookEveryMs = 5

/** Longer than the 60 s after which load balancers close idle connections: they must never send on one that closes just now. */
const idleMs = 75_000

/** What Node would refuse by itself, without a body, is refused like anything else. */
export function newHttpServer(handler: RequestListener, onClientError: ClientErrorListener): Server {
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: idleMs }, handler)
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
      const deadline = performance.now() + drainMs
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const server of servers) server.closeIdleConnections()
      while (underWay() > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      }
      for (const server of servers) server.closeAllConnections()
      await Promise.all(closed)
    },
  }
}
