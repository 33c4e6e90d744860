import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** A request that has come, and its answer. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What was asked and is not answered yet. */
export interface UnderWay {
  begin(exchange: Exchange): void
  readonly count: number
  on(socket: Duplex): readonly Exchange[]
  /** Closes connections with an incomplete request, once all earlier requests on them have been answered. */
  cutUnfinished(): void
  /**
   * Waits until all earlier responses on the connection have been sent. A client that pipelines requests without
   * reading then occupies the memory of one response only.
   *
   * @returns Undefined if there is nothing to wait for. Resolves with false if the connection closes first.
   */
  turnOf(response: ServerResponse): Promise<boolean> | undefined
}

interface Connection {
  /** In order of arrival. */
  readonly exchanges: Set<Exchange>
  readonly waiting: Map<ServerResponse, (isOpen: boolean) => void>
}

export function createUnderWay(): UnderWay {
  const connections = new WeakMap<Duplex, Connection>()
  const open = new Set<Exchange>()

  const connectionOf = (socket: Duplex): Connection => {
    const known = connections.get(socket)
    if (known) return known
    const connection: Connection = { exchanges: new Set(), waiting: new Map() }
    connections.set(socket, connection)
    // An answer that waits for its turn on a connection does not hear of its end.
    socket.once('close', () => {
      for (const exchange of connection.exchanges) open.delete(exchange)
      connection.exchanges.clear()
      for (const resolve of connection.waiting.values()) resolve(false)
    })
    return connection
  }
  const firstOf = ({ exchanges }: Connection): ServerResponse | undefined => {
    const [first] = exchanges
    return first?.response
  }
  const passTurn = (connection: Connection): void => {
    const first = firstOf(connection)
    if (first) connection.waiting.get(first)?.(true)
  }

  return {
    begin: (exchange) => {
      const connection = connectionOf(exchange.request.socket)
      connection.exchanges.add(exchange)
      open.add(exchange)
      exchange.response.once('close', () => {
        connection.waiting.delete(exchange.response)
        open.delete(exchange)
        if (!connection.exchanges.delete(exchange)) return
        passTurn(connection)
      })
    },
    get count() {
      return open.size
    },
    on: (socket) => [...(connections.get(socket)?.exchanges ?? [])],
    cutUnfinished: () => {
      for (const { request, response } of open) {
        if (request.complete) continue
        const connection = connections.get(request.socket)
        if (!connection || firstOf(connection) === response) request.socket.destroy()
      }
    },
    turnOf: (response) => {
      const connection = connections.get(response.req.socket)
      if (!connection || firstOf(connection) === response) return undefined
      return new Promise((resolve) => {
        if (response.req.socket.destroyed) resolve(false)
        else connection.waiting.set(response, resolve)
      })
    },
  }
}
