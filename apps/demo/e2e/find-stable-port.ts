import { once } from 'node:events'
import { createServer } from 'node:net'

/** Finds a free port below the ephemeral range, so that no other program takes it between two servers. */
export async function findReusablePort(): Promise<number> {
  // Each test process starts the search at a different port.
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
