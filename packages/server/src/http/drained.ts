import type { Writable } from 'node:stream'

/** A replay continues when at most this is unsent. */
const resumeBelowBytes = 64 * 1024

/** Resolves when `output` has little unsent data left, or `connection` is closed. */
export async function drained(output: Writable, connection: Writable): Promise<void> {
  while (!output.destroyed && !connection.destroyed && output.writableLength > resumeBelowBytes) {
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
