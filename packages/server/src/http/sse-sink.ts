import type { ServerResponse } from 'node:http'
import type { Sink } from '../signals/listener.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies must neither keep, compress nor collect what passes.
  'cache-control': 'no-cache, no-transform',
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
export function openSseSink(response: ServerResponse, more: Record<string, string>): Sink {
  const { socket } = response
  response.writeHead(200, { ...headers, ...more, 'transfer-encoding': 'chunked' })
  response.flushHeaders()
  socket?.setNoDelay(true)
  socket?.setTimeout(0)
  let isClosed = socket === null || socket.destroyed

  return {
    write: (frame) => {
      if (!isClosed) socket?.write(frame)
    },
    end: (frame) => {
      if (isClosed) return
      isClosed = true
      socket?.end(frame)
    },
    cut: () => {
      isClosed = true
      socket?.destroy()
    },
    bufferedBytes: () => socket?.writableLength ?? 0,
    drained: async () => {
      while (socket && !isClosed && !socket.destroyed && socket.writableLength > littleBytes) {
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
    },
    isClosed: () => isClosed || socket?.destroyed === true,
    onClosed: (callback) => {
      socket?.once('close', callback)
    },
  }
}
