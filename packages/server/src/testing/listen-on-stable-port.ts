/** Below what any system gives to those who ask for no port of their own. */
const first = 20_000
const count = 12_000

let tried = 0

/**
 * Starts something on a free port that nobody else is given by chance, so that a server which stops for a while finds it free again.
 *
 * @param start - Rejects with the code `EADDRINUSE` if the port is taken.
 */
export async function listenOnStablePort<Started>(
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  for (;;) {
    try {
      // Processes that start one after the other begin at places that lie apart.
      return await start(first + ((process.pid * 101 + tried++) % count))
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
