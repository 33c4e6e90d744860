import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** A request that has come, and its answer. */
interface InFlightRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What was asked and is not answered yet. */
export interface InFlightRequests {
  /**
   * Closes the connection and returns false if too many of its requests wait. Node keeps reading requests behind a
   * stream or an unread response.
   */
  add(exchange: InFlightRequest): boolean
  readonly count: number
  onSocket(socket: Duplex): readonly InFlightRequest[]
  /** Closes connections with an incomplete request, once all earlier requests on them have been answered. */
  destroyIncomplete(): void
  /**
   * Waits until all earlier responses on the connection have been sent, also those of an embedding program. A client
   * that pipelines requests without reading then occupies the memory of one response only.
   *
   * @returns Undefined if there is nothing to wait for. Resolves with false if the connection closes first.
   */
  waitForEarlier(response: ServerResponse): Promise<boolean> | undefined
  /** Calls back once the response was sent or its connection closed, possibly before the response's turn. */
  onFinished(response: ServerResponse, callback: () => void): void
}

interface Connection {
  /** In order of arrival. */
  readonly requests: Set<InFlightRequest>
  /** Call it when the connection closes. */
  readonly onClosed: Set<() => void>
}

/** Far more than any real client pipelines. */
const maxPerConnection = 128

export function createInFlightRequests(): InFlightRequests {
  const connections = new WeakMap<Duplex, Connection>()
  const open = new Set<InFlightRequest>()

  const connectionOf = (socket: Duplex): Connection => {
    const known = connections.get(socket)
    if (known) return known
    const connection: Connection = { requests: new Set(), onClosed: new Set() }
    connections.set(socket, connection)
    // An answer that waits for its turn on a connection does not hear of its end.
    socket.once('close', () => {
      for (const exchange of connection.requests) open.delete(exchange)
      connection.requests.clear()
      for (const callback of connection.onClosed) callback()
      connection.onClosed.clear()
    })
    return connection
  }

  return {
    add: (exchange) => {
      const { socket } = exchange.request
      if (socket.destroyed) return false
      const connection = connectionOf(socket)
      if (connection.requests.size >= maxPerConnection) {
        socket.destroy()
        return false
      }
      connection.requests.add(exchange)
      open.add(exchange)
      exchange.response.once('close', () => {
        open.delete(exchange)
        connection.requests.delete(exchange)
      })
      return true
    },
    get count() {
      return open.size
    },
    onSocket: (socket) => [...(connections.get(socket)?.requests ?? [])],
    destroyIncomplete: () => {
      for (const { request, response } of open)
        if (!request.complete && hasTurn(response)) request.socket.destroy()
    },
    waitForEarlier: (response) => {
      if (hasTurn(response)) return undefined
      const { socket } = response.req
      if (socket.destroyed) return Promise.resolve(false)
      const { onClosed } = connectionOf(socket)
      return new Promise((resolve) => {
        const closed = (): void => {
          resolve(false)
        }
        onClosed.add(closed)
        response.once('socket', () => {
          onClosed.delete(closed)
          resolve(true)
        })
      })
    },
    onFinished: (response, callback) => {
      const { onClosed } = connectionOf(response.req.socket)
      const over = (): void => {
        if (onClosed.delete(over)) callback()
      }
      onClosed.add(over)
      response.once('close', over)
      if (response.req.socket.destroyed) over()
    },
  }
}

/** Node assigns the socket to a response once all earlier responses on the connection have been sent. */
function hasTurn({ socket }: ServerResponse): boolean {
  return socket !== null
}
