import { connect, type Socket } from 'node:net'

/** A connection that sends raw requests and receives raw responses. */
export interface RawConnection extends Disposable {
  readonly socket: Socket
  write(text: string): void
  /** All received data, starting with the first response. */
  received(): string
  /** Resolves with all received data once it includes `text`. */
  until(text: string): Promise<string>
  /** Resolves with all received data once the server has closed the connection. */
  readonly closed: Promise<string>
}

/** @param open - Default: plain TCP. */
export function openRawConnection(
  origin: string,
  open: (address: { port: number; host: string }) => Socket = connect,
): RawConnection {
  const { hostname, port } = new URL(origin)
  const socket = open({ port: Number(port), host: hostname })
  const chunks: Buffer[] = []
  const received = (): string => Buffer.concat(chunks).toString()
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const closed = new Promise<string>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => {
      resolve(received())
    })
  })
  closed.catch(() => {})
  return {
    socket,
    write: (text) => {
      socket.write(text)
    },
    received,
    until: async (text) => {
      while (!received().includes(text)) await nextData(socket, text)
      return received()
    },
    closed,
    [Symbol.dispose]: () => {
      socket.destroy()
    },
  }
}

async function nextData(socket: Socket, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      socket.off('data', settle)
      socket.off('close', settle)
      if (socket.destroyed)
        reject(new Error(`The connection closed before it received ${JSON.stringify(text.slice(0, 60))}.`))
      else resolve()
    }
    socket.on('data', settle)
    socket.on('close', settle)
  })
}

/** Splits one response into head and body. */
export function splitResponse(raw: string): { head: string; body: string } {
  const end = raw.indexOf('\r\n\r\n')
  return { head: raw.slice(0, end), body: raw.slice(end + 4) }
}

/** Decodes the body of a chunked response. */
export function decodeChunked(body: string): string {
  let rest = Buffer.from(body)
  let text = ''
  for (;;) {
    const headerEnd = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.toString('latin1', 0, headerEnd), 16)
    if (headerEnd < 0 || length === 0) return text
    text += rest.toString('utf8', headerEnd + 2, headerEnd + 2 + length)
    rest = rest.subarray(headerEnd + 2 + length + 2)
  }
}
