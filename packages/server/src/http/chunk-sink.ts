import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { lastChunk, type Frame } from '../signals/frame.ts'
import type { Sink } from '../signals/listener.ts'
import { drained } from './drained.ts'

/** What is longer is not copied for each listener, at the price of another packet. */
const maxCopiedBytes = 4096

/**
 * A sink that writes the chunks of the frames to the socket of an HTTP/1.1 response, past Node's own encoding: a thousand
 * listeners share one buffer.
 */
export function openChunkSink(response: ServerResponse<IncomingMessage>): Sink {
  return new ChunkSink(response)
}

/** A class, as each closure of each listener that waits would cost memory. */
class ChunkSink implements Sink {
  readonly #socket: Socket
  #isClosed: boolean
  /** What came before the answers to earlier requests on the connection were sent; undefined once it is our turn. */
  #early: Buffer[] | undefined
  readonly #turn: Promise<void> | undefined

  constructor(response: ServerResponse<IncomingMessage>) {
    const { socket } = response.req
    this.#socket = socket
    this.#isClosed = socket.destroyed
    if (response.socket !== null) {
      this.#takeTurn()
      return
    }
    this.#early = []
    // Node has no event for it, but calls back when the socket was given what was written.
    this.#turn = new Promise<void>((resolve) => {
      socket.once('close', resolve)
      response.write('', () => {
        if (!socket.destroyed) this.#takeTurn()
        resolve()
      })
    })
  }

  #takeTurn(): void {
    this.#socket.setNoDelay(true)
    this.#socket.setTimeout(0)
    for (const bytes of this.#early ?? []) this.#socket.write(bytes)
    this.#early = undefined
    if (this.#isClosed) this.#socket.end()
  }

  write({ chunk }: Frame, tail?: Frame): void {
    if (this.#isClosed) return
    if (!tail) this.#send(chunk)
    // A copy goes out in one packet and is gone; while the socket is backed up, copies would pile up for each listener.
    else if (chunk.length <= maxCopiedBytes && this.bufferedBytes() === 0) {
      this.#send(Buffer.concat([chunk, tail.chunk]))
    } else {
      this.#send(chunk)
      this.#send(tail.chunk)
    }
  }

  #send(bytes: Buffer): void {
    if (this.#early) this.#early.push(bytes)
    else this.#socket.write(bytes)
  }

  end(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#early) this.#early.push(lastChunk)
    else this.#socket.end(lastChunk)
  }

  cut(): void {
    this.#isClosed = true
    this.#socket.destroy()
  }

  bufferedBytes(): number {
    return this.#early?.reduce((sum, { length }) => sum + length, 0) ?? this.#socket.writableLength
  }

  async drained(): Promise<void> {
    await this.#turn
    await drained(this.#socket, this.#socket)
  }

  isClosed(): boolean {
    return this.#isClosed || this.#socket.destroyed
  }

  onClosed(callback: () => void): void {
    this.#socket.once('close', callback)
  }
}
