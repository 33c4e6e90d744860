import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { lastChunk, type Frame } from '../signals/frame.ts'
import type { Sink } from '../signals/listener.ts'
import { drained } from './drained.ts'

/** What is longer is not copied for each listener, at the price of another packet. */
const maxCopiedBytes = 4096

/**
 * A sink that writes the chunks of the frames to the socket of an HTTP/1.1 response, past Node's own encoding: a
 * thousand listeners share one buffer.
 */
export function openChunkSink(response: ServerResponse<IncomingMessage>): Sink {
  return new ChunkSink(response.req.socket)
}

/** A class, as each closure of each listener that waits would cost memory. */
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
    // A copy goes out in one packet and is gone; while the socket is backed up, copies would pile up for each listener.
    else if (chunk.length <= maxCopiedBytes && socket.writableLength === 0) {
      socket.write(Buffer.concat([chunk, tail.chunk]))
    } else {
      socket.write(chunk)
      socket.write(tail.chunk)
    }
  }

  end(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.end(lastChunk)
  }

  cut(): void {
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
