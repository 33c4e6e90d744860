import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface SeenRequest {
  method: string
  /** Below the bot's base URL, as it was sent. */
  path: string
  headers: IncomingMessage['headers']
  body: unknown
}

export type Respond = (response: ServerResponse, request: SeenRequest) => void

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  /** Every request so far, but `/hello`. */
  readonly requests: SeenRequest[]
  /** The headers that a page on another origin may send: at first those that the hosted service allows. */
  readonly allowedHeaders: string[]
  /** How many times `/hello` was asked for. */
  readonly helloCount: number
  /** How many connections are open. */
  connections: () => Promise<number>
  /** Scripts a route, such as `GET /users/me`: each request takes the next answer, and the last one stays. */
  on: (route: string, ...answers: [Respond, ...Respond[]]) => void
  /** The requests of one route so far. */
  requestsTo: (route: string) => SeenRequest[]
}

/**
 * Plays the hosted service, or any server, as a test scripts it. `/hello` greets in plain text, and the conversation
 * `c` is empty, unless scripted.
 */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const scripts = new Map<string, Respond[]>([
    ['GET /hello', [text(200, 'Hello!', 'text/plain')]],
    ['GET /conversations/c/messages', [json(200, { messages: [], meta: {} })]],
  ])
  const requests: SeenRequest[] = []
  const allowedHeaders = ['content-type', 'x-user-key']
  let hellos = 0

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
      const seen: SeenRequest = { method: request.method ?? '', path, headers: request.headers, body }
      const route = routeOf(seen)
      if (route === 'GET /hello') hellos++
      else requests.push(seen)

      const script = scripts.get(route) ?? [failure(404, 'ResourceNotFound')]
      const [answer] = script.length > 1 ? script.splice(0, 1) : script
      answer?.(response, seen)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/demo`,
    requests,
    allowedHeaders,
    get helloCount() {
      return hellos
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    on: (route, ...answers) => void scripts.set(route, answers),
    requestsTo: (route) => requests.filter((request) => routeOf(request) === route),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function routeOf({ method, path }: SeenRequest): string {
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

/** A failure as the API answers it. */
export function failure(status: number, type: string, headers?: Record<string, string>): Respond {
  return json(status, { id: `err_${type}`, code: status, type, message: 'it is scripted so.' }, headers)
}

/** Closes the connection without an answer. */
export const drop: Respond = (response) => void response.destroy()

/** Never answers. */
export const neverRespond: Respond = () => {}

/** Promises a longer answer than it gives, and closes the connection. */
export const truncated: Respond = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
  response.write('{"message":{"id":"m', () => response.destroy())
}

/** Sends the head of an answer and never its body. */
export const stalled: Respond = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
}

/** Opens an event stream, and says what it is told. */
export function stream(...chunks: (string | Uint8Array)[]): Respond {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const chunk of chunks) response.write(chunk)
  }
}

/** Opens an event stream, says what it is told, and ends it. */
export function endedStream(...chunks: (string | Uint8Array)[]): Respond {
  return (response, request) => {
    stream(...chunks)(response, request)
    response.end()
  }
}

/** Opens an event stream, says what it is told, and breaks the connection. */
export function cutStream(...chunks: string[]): Respond {
  return (response, request) => {
    stream(...chunks)(response, request)
    response.write(': cut\n\n', () => response.destroy())
  }
}

/** One event of a stream. */
export function sse(signal: unknown, id?: string): string {
  return `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(signal)}\n\n`
}

/** Where a stream of a server with replay begins. */
export function ready(state: string, id: string): string {
  return `event: ready\ndata: ${JSON.stringify({ state, id })}\n\n`
}
