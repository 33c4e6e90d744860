import type { Writable } from 'node:stream'

/** Replays continue when at most this much data is unsent. */
const lowWaterMarkBytes = 64 * 1024

/** Resolves when `output` is below the low-water mark, or either stream is closed. */
export async function drained(output: Writable, connection: Writable): Promise<void> {
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
