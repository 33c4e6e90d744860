import type { Writable } from 'node:stream'

/** A replay goes on when no more than this waits to be sent. */
const resumeBelowBytes = 64 * 1024

/** Resolves when little waits to be sent on `output`, or `connection` is closed. */
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
