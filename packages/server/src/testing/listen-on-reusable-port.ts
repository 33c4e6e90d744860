/** Below the ephemeral ports of all operating systems. */
const firstPort = 20_000
const portCount = 12_000

let attempts = 0

/**
 * Listens on a free port that the operating system never assigns at random, so that it is still free when a stopped
 * server starts again.
 *
 * @param listen - Rejects with the code `EADDRINUSE` if the port is in use.
 */
export async function listenOnReusablePort<Result>(
  listen: (port: number) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      // Spreads the first ports of consecutive process ids.
      return await listen(firstPort + ((process.pid * 101 + attempts++) % portCount))
    } catch (error) {
      if (!isInUse(error)) throw error
    }
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
