import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { failure, type Failure } from './failure.ts'

/** Answers what Node's HTTP parser refuses, in the shape of every other failure. For the `clientError` event of a server. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const body = describe(error.code)
  const json = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${body.code} ${STATUS_CODES[body.code] ?? 'Error'}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(json)}\r\nconnection: close\r\n\r\n${json}`,
  )
}

function describe(code: string | undefined): Failure {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return failure('LimitExceeded', 'Unable to read the request; its headers or its address are too long.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return failure('OperationTimeout', 'Unable to read the request; it did not arrive in time.')
    default:
      return failure('InvalidDataFormat', 'Unable to read the request; it is not valid HTTP.')
  }
}
