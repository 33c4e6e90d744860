import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { lastChunk, type Frame } from '../signals/frame.ts'
import type { Sink } from '../signals/listener.ts'
import { drained } from './drained.ts'

/** Larger frames are written separately instead of copied, at the cost of another packet. */
const maxCopiedBytes = 4096

/**
 * A sink that writes encoded chunks directly to the socket of an HTTP/1.1 response. Bypasses Node's chunked encoding,
 * so that all listeners share one buffer.
 */
export function openChunkSink(response: ServerResponse<IncomingMessage>): Sink {
  return new ChunkSink(response.req.socket)
}

/** A class: closures would cost memory for each idle listener. */
class ChunkSink implements Sink {
  readonly #socket: Socket
  #isClosed: boolean

  constructor(socket: Socket) {
    this.#socket = socket
    this.#isClosed = socket.destroyed
    socket.setNoDelay(true)
  }

  write({ chunk }: Frame, tail?: Frame): void {
    if (this.#isClosed) return
    const socket = this.#socket
    if (!tail) socket.write(chunk)
    // A copy saves a packet; while the socket is backed up, copies would accumulate for each listener.
    else if (chunk.length <= maxCopiedBytes && socket.writableLength === 0) {
      socket.write(Buffer.concat([chunk, tail.chunk]))
    } else {
      socket.write(chunk)
      socket.write(tail.chunk)
    }
  }

  cork(): void {
    this.#socket.cork()
  }

  uncork(): void {
    this.#socket.uncork()
  }

  end(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const socket = this.#socket
    // Also closes connections that the client keeps half open: otherwise, their streams would still count as open.
    socket.end(lastChunk, () => socket.destroy())
  }

  destroy(): void {
    this.#isClosed = true
    this.#socket.destroy()
  }

  bufferedBytes(): number {
    return this.#socket.writableLength
  }

  drained(): Promise<void> {
    return drained(this.#socket, this.#socket)
  }

  isClosed(): boolean {
    return this.#isClosed || this.#socket.destroyed
  }

  onClosed(callback: () => void): void {
    this.#socket.once('close', callback)
  }
}
