import type { Writable } from 'node:stream'
import { frameText } from '../signals/frame.ts'
import type { Sink } from '../signals/listener.ts'
import { drained } from './drained.ts'

/**
 * A sink that writes the text of frames to any writable stream, such as a response to an HTTP/1.0 client or a response
 * of another HTTP server.
 *
 * @param connection - Its `close` event ends the stream. A response that waits for earlier ones emits no such event.
 */
export function openTextSink(output: Writable, connection: Writable = output): Sink {
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
