import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Sink } from '../signals/listener.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies must neither keep, compress nor collect what passes. Browsers must not keep it either: Chromium's cache makes a tab that asks
  // for what another is just receiving wait for that, and asks twice when the other tab is closed.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  // The stream ends with its connection. Without a word of it, clients would pool the connection for their next request.
  connection: 'close',
}
/** Replaying goes on when less than this waits to be sent. */
const littleBytes = 64 * 1024

/**
 * Begins an answer of server-sent events. Frames come with the header of their HTTP chunk and go to the socket as they are, so
 * that a thousand listeners share one encoding.
 */
export function openSseSink(response: ServerResponse<IncomingMessage>, more: Record<string, string>): Sink {
  response.writeHead(200, { ...headers, ...more, 'transfer-encoding': 'chunked' })
  response.flushHeaders()
  return new SseSink(response)
}

/** A class, as each closure of each listener that waits would cost memory. */
class SseSink implements Sink {
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
    for (const frame of this.#early ?? []) this.#socket.write(frame)
    this.#early = undefined
    if (this.#isClosed) this.#socket.end()
  }

  write(frame: Buffer): void {
    if (this.#isClosed) return
    if (this.#early) this.#early.push(frame)
    else this.#socket.write(frame)
  }

  end(frame: Buffer): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#early) this.#early.push(frame)
    else this.#socket.end(frame)
  }

  cut(): void {
    this.#isClosed = true
    this.#socket.destroy()
  }

  bufferedBytes(): number {
    return this.#early?.reduce((sum, { length }) => sum + length, 0) ?? this.#socket.writableLength
  }

  async drained(): Promise<void> {
    const socket = this.#socket
    await this.#turn
    while (!this.isClosed() && socket.writableLength > littleBytes) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          socket.off('drain', done)
          socket.off('close', done)
          resolve()
        }
        socket.on('drain', done)
        socket.on('close', done)
      })
    }
  }

  isClosed(): boolean {
    return this.#isClosed || this.#socket.destroyed
  }

  onClosed(callback: () => void): void {
    this.#socket.once('close', callback)
  }
}
