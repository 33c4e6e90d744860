import { join } from 'node:path'
import type { Benchmark, Cell } from '../harness/benchmark.ts'
import type { Bound } from '../servers/loopback.ts'
import type { OneCommitServer } from '../servers/one-commit-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

/** From nothing to the first answer. No target: it is here to be seen. */
export const start: Benchmark = {
  name: 'start',
  what: 'from the start of the process to its first answer, on a database that exists',
  targets: [],
  open: async (lab) => {
    const folder = lab.temporaryFolder()
    const cell = (name: string, { file, path, request }: StartOptions): Cell => ({
      name,
      run: async () => {
        const startedAt = performance.now()
        await using server = await lab.start<ParleyServer | OneCommitServer>(file)
        const { port }: Bound = await server.ask('start', { path: join(folder, path) })
        const response = await fetch(`http://127.0.0.1:${port}/demo/hello`, request)
        await response.text()
        const elapsedMs = performance.now() - startedAt
        const { rssBytes } = await server.ask('usage')
        return { ms: elapsedMs, 'RSS MB': rssBytes / 1e6 }
      },
    })
    return [
      cell('parley', { file: 'servers/parley-server.ts', path: 'parley.db', request: {} }),
      cell('node:http with node:sqlite', {
        file: 'servers/one-commit-server.ts',
        path: 'one-commit.db',
        request: { method: 'POST', body: '{"conversationId":"any","payload":{}}' },
      }),
    ]
  },
}

interface StartOptions {
  readonly file: string
  readonly path: string
  readonly request: RequestInit
}
