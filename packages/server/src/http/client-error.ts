import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from '../logger.ts'
import { errorJson } from '../wire/render.ts'
import { createErrorBody, type ErrorBody } from './error-response.ts'
import { noStore } from './error-response.ts'
import type { InFlightRequests } from './in-flight-requests.ts'

/** A listener for the `clientError` event of a server. */
export type ClientErrorListener = (error: Error & { code?: string }, socket: Duplex) => void

/** Responds to requests that Node's HTTP parser rejects: in the API's error format, after all earlier responses. */
export function createClientErrorListener(logger: Logger, inFlight: InFlightRequests): ClientErrorListener {
  const rejected = new WeakSet<Duplex>()
  return (error, socket) => {
    const requests = inFlight.onSocket(socket)
    // During a response, such as a stream, clients would read the error as a part of its body.
    const isResponding = requests.some(({ response }) => response.headersSent && !response.writableEnded)
    if (error.code === 'ECONNRESET' || !socket.writable || isResponding) {
      socket.destroy()
      return
    }
    // The parser reports an error for every further packet.
    if (rejected.has(socket)) return
    rejected.add(socket)
    const body = describe(error.code)
    logger.info({ errorId: body.id, type: body.type, reason: error.code }, 'a request was rejected')
    // The incomplete request is the rejected one.
    const earlier = requests.filter(({ request }) => request.complete)
    void Promise.all(earlier.map(({ response }) => whenClosed(response, socket))).then(() => {
      if (socket.writable) respond(socket, body)
    })
  }
}

async function whenClosed(response: ServerResponse, socket: Duplex): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once('close', resolve)
    socket.once('close', resolve)
  })
}

/** A listener for the `connect` event of a server. Without one, Node closes the connection without a response. */
export function respondToConnect(_: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  respond(
    socket,
    createErrorBody(
      'ResourceNotFound',
      'Unable to find this route; the server is not a proxy. Send requests to it directly.',
    ),
  )
}

/** Time for the response to reach clients that are still sending. */
const lingerMs = 1_000

function respond(socket: Duplex, body: ErrorBody): void {
  const json = errorJson(body)
  // Otherwise a client could keep the connection and its partial request open indefinitely.
  setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.end(
    `HTTP/1.1 ${body.code} ${STATUS_CODES[body.code] ?? 'Error'}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `cache-control: ${noStore['cache-control']}\r\ncontent-length: ${Buffer.byteLength(json)}\r\n` +
      `connection: close\r\n\r\n${json}`,
  )
}

function describe(code: string | undefined): ErrorBody {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return createErrorBody(
        'LimitExceeded',
        'Unable to read the request; its headers or its URL are too long. Shorten them.',
      )
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return createErrorBody(
        'OperationTimeout',
        'Unable to read the request; it did not arrive in time. Send it again.',
      )
    default:
      return createErrorBody(
        'InvalidDataFormat',
        'Unable to read the request; it is not valid HTTP. Correct its syntax.',
      )
  }
}
