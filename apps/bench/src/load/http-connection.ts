import { connect } from 'node:net'

/**
 * One keep-alive connection that sends requests as they are and reads no more of an answer than its status and length, so that
 * the load costs little beside the server on the same machine.
 */
export interface HttpConnection {
  send(request: Buffer): void
  close(): void
}

export interface HttpConnectionOptions {
  readonly port: number
  /** Called once per answer. `body` is valid until this returns. */
  readonly onAnswer: (status: number, body: Buffer) => void
  readonly onError: (error: Error) => void
}

const endOfHead = '\r\n\r\n'
const readBytes = 64 * 1024

export function openHttpConnection({ port, onAnswer, onError }: HttpConnectionOptions): HttpConnection {
  let begun: Buffer | undefined

  const read = (arrived: Buffer): void => {
    const bytes = begun ? Buffer.concat([begun, arrived]) : arrived
    const headLength = bytes.indexOf(endOfHead)
    const total = headLength < 0 ? Infinity : headLength + endOfHead.length + bodyLength(bytes, headLength)
    if (bytes.length < total) {
      begun = begun ? bytes : Buffer.from(bytes)
      return
    }
    begun = undefined
    onAnswer(statusOf(bytes), bytes.subarray(headLength + endOfHead.length, total))
  }

  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(readBytes),
      callback: (length, buffer) => {
        read((buffer as Buffer).subarray(0, length))
        return true
      },
    },
  })
  socket.on('error', onError)

  return {
    send: (request) => {
      socket.write(request)
    },
    close: () => {
      socket.destroy()
    },
  }
}

/** From `HTTP/1.1 201 …`. */
function statusOf(bytes: Buffer): number {
  return Number(bytes.toString('latin1', 9, 12))
}

function bodyLength(bytes: Buffer, headLength: number): number {
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headLength)) ?? []
  if (length === undefined) throw new Error('the server answered without a content-length')
  return Number(length)
}
