import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

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
