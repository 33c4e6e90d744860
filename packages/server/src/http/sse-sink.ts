import type { IncomingMessage, ServerResponse } from 'node:http'
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
export function openSseSink(response: ServerResponse<IncomingMessage>, more: Record<string, string>): Sink {
  const { socket } = response.req
  response.writeHead(200, { ...headers, ...more, 'transfer-encoding': 'chunked' })
  response.flushHeaders()
  let isClosed = socket.destroyed
  /** What came before the answers to earlier requests on the connection were sent; undefined once it is our turn. */
  let early: Buffer[] | undefined = response.socket === null ? [] : undefined

  const takeTurn = (): void => {
    socket.setNoDelay(true)
    socket.setTimeout(0)
    for (const frame of early ?? []) socket.write(frame)
    early = undefined
    if (isClosed) socket.end()
  }
  // Node has no event for it, but calls back when the socket was given what was written.
  const turn =
    early &&
    new Promise<void>((resolve) => {
      socket.once('close', resolve)
      response.write('', () => {
        if (!socket.destroyed) takeTurn()
        resolve()
      })
    })
  if (!early) takeTurn()

  return {
    write: (frame) => {
      if (isClosed) return
      if (early) early.push(frame)
      else socket.write(frame)
    },
    end: (frame) => {
      if (isClosed) return
      isClosed = true
      if (early) early.push(frame)
      else socket.end(frame)
    },
    cut: () => {
      isClosed = true
      socket.destroy()
    },
    bufferedBytes: () => early?.reduce((sum, { length }) => sum + length, 0) ?? socket.writableLength,
    drained: async () => {
      await turn
      while (!isClosed && !socket.destroyed && socket.writableLength > littleBytes) {
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
    isClosed: () => isClosed || socket.destroyed,
    onClosed: (callback) => {
      socket.once('close', callback)
    },
  }
}
