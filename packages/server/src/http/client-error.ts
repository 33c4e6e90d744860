import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from '../logger.ts'
import { createErrorBody, type ErrorBody } from './error-response.ts'
import type { InFlightRequests } from './in-flight-requests.ts'
import { noStore } from './no-store.ts'

/** A listener for the `clientError` event of a server. */
export type ClientErrorListener = (error: Error & { code?: string }, socket: Duplex) => void

/** Answers what Node's HTTP parser refuses, in the shape of every other failure, and in its turn. */
export function createClientErrorListener(logger: Logger, inFlight: InFlightRequests): ClientErrorListener {
  const refused = new WeakSet<Duplex>()
  return (error, socket) => {
    const exchanges = inFlight.onSocket(socket)
    // In the middle of an answer, such as a stream, anything we write would be taken for a part of it.
    const isAnswering = exchanges.some(({ response }) => response.headersSent && !response.writableEnded)
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) {
      socket.destroy()
      return
    }
    // The parser complains again of every packet that follows.
    if (refused.has(socket)) return
    refused.add(socket)
    const body = describe(error.code)
    logger.info({ errorId: body.id, type: body.type, reason: error.code }, 'a request was refused')
    // The request that is not complete is the broken one.
    const earlier = exchanges.filter(({ request }) => request.complete)
    void Promise.all(earlier.map(({ response }) => isOver(response, socket))).then(() => {
      if (socket.writable) answer(socket, body)
    })
  }
}

async function isOver(response: ServerResponse, socket: Duplex): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once('close', resolve)
    socket.once('close', resolve)
  })
}

/** Answers CONNECT, which Node would hang up on; for the event of that name. There is no such route. */
export function respondToConnect(_: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  answer(socket, createErrorBody('ResourceNotFound', 'Unable to find this route; the server is no proxy.'))
}

/** Lets the response reach clients that are still sending. */
const lingerMs = 1_000

function answer(socket: Duplex, body: ErrorBody): void {
  const json = JSON.stringify(body)
  // Otherwise a client that never closes would hold the connection and its partial request indefinitely.
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
        'Unable to read the request; its headers or its address are too long.',
      )
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return createErrorBody('OperationTimeout', 'Unable to read the request; it did not arrive in time.')
    default:
      return createErrorBody('InvalidDataFormat', 'Unable to read the request; it is not valid HTTP.')
  }
}
