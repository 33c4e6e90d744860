import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** A request that has come, and its answer. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What was asked and is not answered yet. */
export interface UnderWay {
  /**
   * Closes the connection and returns false if too many of its requests wait. Node keeps reading requests behind a
   * stream or an unread response.
   */
  begin(exchange: Exchange): boolean
  readonly count: number
  on(socket: Duplex): readonly Exchange[]
  /** Closes connections with an incomplete request, once all earlier requests on them have been answered. */
  cutUnfinished(): void
  /**
   * Waits until all earlier responses on the connection have been sent, also those of an embedding program. A client
   * that pipelines requests without reading then occupies the memory of one response only.
   *
   * @returns Undefined if there is nothing to wait for. Resolves with false if the connection closes first.
   */
  turnOf(response: ServerResponse): Promise<boolean> | undefined
  /** Calls back once the response was sent or its connection closed, possibly before the response's turn. */
  whenOver(response: ServerResponse, callback: () => void): void
}

interface Connection {
  /** In order of arrival. */
  readonly exchanges: Set<Exchange>
  /** Call it when the connection closes. */
  readonly onClosed: Set<() => void>
}

/** Far more than any real client pipelines. */
const mostOnConnection = 128

export function createUnderWay(): UnderWay {
  const connections = new WeakMap<Duplex, Connection>()
  const open = new Set<Exchange>()

  const connectionOf = (socket: Duplex): Connection => {
    const known = connections.get(socket)
    if (known) return known
    const connection: Connection = { exchanges: new Set(), onClosed: new Set() }
    connections.set(socket, connection)
    // An answer that waits for its turn on a connection does not hear of its end.
    socket.once('close', () => {
      for (const exchange of connection.exchanges) open.delete(exchange)
      connection.exchanges.clear()
      for (const callback of connection.onClosed) callback()
      connection.onClosed.clear()
    })
    return connection
  }

  return {
    begin: (exchange) => {
      const { socket } = exchange.request
      if (socket.destroyed) return false
      const connection = connectionOf(socket)
      if (connection.exchanges.size >= mostOnConnection) {
        socket.destroy()
        return false
      }
      connection.exchanges.add(exchange)
      open.add(exchange)
      exchange.response.once('close', () => {
        open.delete(exchange)
        connection.exchanges.delete(exchange)
      })
      return true
    },
    get count() {
      return open.size
    },
    on: (socket) => [...(connections.get(socket)?.exchanges ?? [])],
    cutUnfinished: () => {
      for (const { request, response } of open)
        if (!request.complete && hasTurn(response)) request.socket.destroy()
    },
    turnOf: (response) => {
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
    whenOver: (response, callback) => {
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
