import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The address of a server that listens on the loopback interface. */
export interface ListenAddress {
  readonly port: number
}

/** Listens on a free port. */
export async function listenOnLoopback(listener: RequestListener): Promise<ListenAddress> {
  const server = createServer(listener)
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port }
}

/** Reads a body in the cheapest way that `node:http` offers. */
export function readBody(request: IncomingMessage, onBody: (text: string) => void): void {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (text += chunk))
  request.on('end', () => {
    onBody(text)
  })
}

export function respondJson(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  })
  response.end(json)
}
