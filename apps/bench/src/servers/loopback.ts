import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where a server under test listens: on loopback only. */
export interface Bound {
  readonly port: number
}

/** Listens on a free port. */
export async function listenOnLoopback(listener: RequestListener): Promise<Bound> {
  const server = createServer(listener)
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port }
}

/** Reads a body as cheaply as `node:http` can. */
export function readBody(request: IncomingMessage, onBody: (text: string) => void): void {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (piece: string) => (text += piece))
  request.on('end', () => {
    onBody(text)
  })
}

export function answerJson(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  })
  response.end(json)
}
