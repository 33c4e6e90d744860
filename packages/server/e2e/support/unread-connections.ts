import { connect, type Socket } from 'node:net'

/** Connections of a client that sends requests and never reads the responses. */
export interface UnreadConnections extends Disposable {
  readonly sockets: readonly Socket[]
  /** The number of connections that the server has closed. */
  readonly closedCount: number
}

export function sendWithoutReading(origin: string, requests: readonly string[]): UnreadConnections {
  const { hostname, port } = new URL(origin)
  let closedCount = 0
  const sockets = requests.map((request) => {
    const socket = connect(Number(port), hostname)
    socket.pause()
    socket.on('error', () => {})
    socket.once('close', () => {
      closedCount++
    })
    socket.write(request)
    return socket
  })
  return {
    sockets,
    get closedCount() {
      return closedCount
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

export function formatGetRequest(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}
