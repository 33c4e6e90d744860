import { once } from 'node:events'
import { createServer } from 'node:net'

/** A free port that no system gives away by itself: it is still free when a server comes back to it. */
export async function findStablePort(): Promise<number> {
  // Each process of the tests begins at a place of its own.
  for (let port = 20_000 + (process.pid % 10_000); ; port++) if (await isFree(port)) return port
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
