import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface ReceivedRequest {
  method: string
  /** The path after the bot's base URL, as sent. */
  path: string
  headers: IncomingMessage['headers']
  body: unknown
}

/** Responds to one request. */
export type Respond = (response: ServerResponse, request: ReceivedRequest) => void

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  /** All requests so far, except `/hello`. */
  readonly requests: ReceivedRequest[]
  /** The CORS request headers that the server allows. Initially those that the hosted service allows. */
  readonly allowedHeaders: string[]
  /** The number of requests of `/hello`. */
  readonly helloCount: number
  /** Returns the number of open connections. */
  connections: () => Promise<number>
  /** Scripts a route, such as `GET /users/me`. Each request uses the next response; the last one repeats. */
  on: (route: string, ...responses: [Respond, ...Respond[]]) => void
  /** Returns the requests of one route so far. */
  requestsTo: (route: string) => ReceivedRequest[]
}

/**
 * Starts a server whose responses a test scripts. By default, it is like the hosted service: `/hello` responds with
 * plain text, and the conversation `c` is empty.
 */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const scripts = new Map<string, Respond[]>([
    ['GET /hello', [text(200, 'Hello!', 'text/plain')]],
    ['GET /conversations/c/messages', [json(200, { messages: [], meta: {} })]],
  ])
  const requests: ReceivedRequest[] = []
  const allowedHeaders = ['content-type', 'x-user-key']
  let helloCount = 0

  const server = createServer((request, response) => {
    const { origin } = request.headers
    if (origin !== undefined) {
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('access-control-allow-headers', allowedHeaders.join())
      response.setHeader('access-control-allow-methods', 'GET,POST,PUT,DELETE')
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    void readBody(request).then((body) => {
      const path = (request.url ?? '').replace(/^\/demo/, '')
      const received: ReceivedRequest = {
        method: request.method ?? '',
        path,
        headers: request.headers,
        body,
      }
      const route = routeOf(received)
      if (route === 'GET /hello') helloCount++
      else requests.push(received)

      const script = scripts.get(route) ?? [apiError(404, 'ResourceNotFound')]
      const [respond] = script.length > 1 ? script.splice(0, 1) : script
      respond?.(response, received)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/demo`,
    requests,
    allowedHeaders,
    get helloCount() {
      return helloCount
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    on: (route, ...responses) => void scripts.set(route, responses),
    requestsTo: (route) => requests.filter((request) => routeOf(request) === route),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function routeOf({ method, path }: ReceivedRequest): string {
  return `${method} ${path.split('?')[0]}`
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
  return body === '' ? undefined : JSON.parse(body)
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Respond {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}

export function text(status: number, body: string, contentType: string): Respond {
  return (response) => void response.writeHead(status, { 'content-type': contentType }).end(body)
}

export function html(status: number): Respond {
  return text(status, '<!doctype html><title>Please log in</title>', 'text/html; charset=utf-8')
}

/** An error response of the API. */
export function apiError(status: number, type: string, headers?: Record<string, string>): Respond {
  return json(status, { id: `err_${type}`, code: status, type, message: 'the test scripted it.' }, headers)
}

/** Closes the connection without a response. */
export const drop: Respond = (response) => void response.destroy()

/** Accepts the request and sends nothing. */
export const neverRespond: Respond = () => {}

/** Announces a longer body than it sends, and closes the connection. */
export const truncated: Respond = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
  response.write('{"message":{"id":"m', () => response.destroy())
}

/** Sends the headers of a response but never its body. */
export const stalled: Respond = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
}

/** Opens an event stream, sends the chunks, and keeps the stream open. */
export function stream(...chunks: (string | Uint8Array)[]): Respond {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const chunk of chunks) response.write(chunk)
  }
}

/** Opens an event stream, sends the chunks, and ends the stream. */
export function endedStream(...chunks: (string | Uint8Array)[]): Respond {
  return (response, request) => {
    stream(...chunks)(response, request)
    response.end()
  }
}

/** Opens an event stream, sends the chunks, and cuts the connection. */
export function cutStream(...chunks: string[]): Respond {
  return (response, request) => {
    stream(...chunks)(response, request)
    response.write(': cut\n\n', () => response.destroy())
  }
}

/** Formats a signal as an SSE event. */
export function sse(signal: unknown, id?: string): string {
  return `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(signal)}\n\n`
}

/** Formats the `ready` event with which servers with replay start a stream. */
export function ready(state: string, id: string): string {
  return `event: ready\ndata: ${JSON.stringify({ state, id })}\n\n`
}
