import { connect } from 'node:net'

/**
 * A keep-alive connection that sends raw requests and parses only the status and length of a response. The load process
 * shares the machine with the server, so it must use little CPU time.
 */
export interface HttpConnection {
  send(request: Buffer): void
  close(): void
}

export interface HttpConnectionOptions {
  readonly port: number
  /** Called once per response. `body` is valid until this function returns. */
  readonly onResponse: (status: number, body: Buffer) => void
  readonly onError: (error: Error) => void
}

const headTerminator = '\r\n\r\n'
const readBytes = 64 * 1024

export function openHttpConnection({ port, onResponse, onError }: HttpConnectionOptions): HttpConnection {
  let partial: Buffer | undefined

  const handleChunk = (chunk: Buffer): void => {
    const bytes = partial ? Buffer.concat([partial, chunk]) : chunk
    const headLength = bytes.indexOf(headTerminator)
    const total =
      headLength < 0 ? Infinity : headLength + headTerminator.length + parseBodyLength(bytes, headLength)
    if (bytes.length < total) {
      partial = partial ? bytes : Buffer.from(bytes)
      return
    }
    partial = undefined
    onResponse(parseStatus(bytes), bytes.subarray(headLength + headTerminator.length, total))
  }

  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(readBytes),
      callback: (length, buffer) => {
        handleChunk((buffer as Buffer).subarray(0, length))
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

/** Parses `HTTP/1.1 201 …`. */
function parseStatus(bytes: Buffer): number {
  return Number(bytes.toString('latin1', 9, 12))
}

function parseBodyLength(bytes: Buffer, headLength: number): number {
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headLength)) ?? []
  if (length === undefined) throw new Error('The server responded without a content-length')
  return Number(length)
}
