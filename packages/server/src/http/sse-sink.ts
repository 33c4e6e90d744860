import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { type Frame, frameText, lastChunk } from '../signals/frame.ts'
import type { Sink } from '../signals/listeners.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies must not cache, compress or buffer streams. Browsers must not cache them either: Chromium would delay a
  // second tab's request for the same stream, and send it twice when the first tab closes.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  // Streams end by closing the connection. Without this header, clients would reuse it for their next request.
  connection: 'close',
}

/**
 * Starts a response with server-sent events: chunked for HTTP/1.1 clients, unframed for all others. All earlier
 * responses on the connection must have been sent.
 */
export function openSseSink(
  response: ServerResponse<IncomingMessage>,
  options: { headers: Record<string, string>; stallTimeoutMs: number },
): Sink {
  const isChunked = response.req.httpVersion === '1.1'
  // HTTP/1.0 proxies may forward the header `te: chunked` of their clients without supporting chunks themselves.
  response.useChunkedEncodingByDefault = isChunked
  response.writeHead(200, {
    ...options.headers,
    ...headers,
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}),
  })
  response.flushHeaders()
  response.setTimeout(options.stallTimeoutMs, destroyIfStalled)
  return isChunked ? openChunkSink(response) : openTextSink(response, response.req.socket)
}

/** Called by Node after a period without socket activity. Closes streams with unsent data; idle streams stay open. */
function destroyIfStalled(this: void, socket?: Socket): void {
  if (socket && socket.writableLength > 0) socket.destroy()
}

/** Larger frames are written separately instead of copied, at the cost of another packet. */
const maxCopiedBytes = 4096

/**
 * A sink that writes encoded chunks directly to the socket of an HTTP/1.1 response. Bypasses Node's chunked encoding,
 * so that all listeners share one buffer.
 */
function openChunkSink(response: ServerResponse<IncomingMessage>): Sink {
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

/**
 * A sink that writes the text of frames to any writable stream, such as a response to an HTTP/1.0 client or a response
 * of another HTTP server.
 *
 * @param connection - Its `close` event ends the stream. A response that waits for earlier ones emits no such event.
 */
function openTextSink(output: Writable, connection: Writable = output): Sink {
  let isEnded = false
  const isClosed = (): boolean => isEnded || output.destroyed || connection.destroyed
  // An error also closes the connection.
  output.on('error', () => {})
  return {
    write: (frame, tail) => {
      if (isClosed()) return
      output.write(frameText(frame))
      if (tail) output.write(frameText(tail))
    },
    cork: () => {
      output.cork()
    },
    uncork: () => {
      output.uncork()
    },
    end: () => {
      if (isClosed()) return
      isEnded = true
      output.end()
    },
    destroy: () => {
      isEnded = true
      connection.destroy()
    },
    bufferedBytes: () => output.writableLength,
    drained: () => drained(output, connection),
    isClosed,
    onClosed: (callback) => {
      connection.once('close', callback)
    },
  }
}

/** Replays continue when at most this much data is unsent. */
const lowWaterMarkBytes = 64 * 1024

/** Resolves when `output` is below the low-water mark, or either stream is closed. */
async function drained(output: Writable, connection: Writable): Promise<void> {
  while (!output.destroyed && !connection.destroyed && output.writableLength > lowWaterMarkBytes) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        output.off('drain', done)
        connection.off('close', done)
        resolve()
      }
      output.on('drain', done)
      connection.on('close', done)
    })
  }
}
