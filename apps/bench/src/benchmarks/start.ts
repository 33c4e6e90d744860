import { join } from 'node:path'
import type { Benchmark, Subject } from '../harness/benchmark.ts'
import type { ListenAddress } from '../servers/loopback.ts'
import type { OneCommitServer } from '../servers/one-commit-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

/** The start-up time of the server. It has no target. */
export const start: Benchmark = {
  name: 'start',
  description: 'from process start to the first response, with an existing database',
  targets: [],
  open: async (context) => {
    const folder = context.createTemporaryFolder()
    const createSubject = (name: string, { file, path, request }: StartOptions): Subject => ({
      name,
      run: async () => {
        const startedAt = performance.now()
        await using server = await context.start<ParleyServer | OneCommitServer>(file)
        const { port }: ListenAddress = await server.call('start', { path: join(folder, path) })
        const response = await fetch(`http://127.0.0.1:${port}/demo/hello`, request)
        await response.text()
        const elapsedMs = performance.now() - startedAt
        const { rssBytes } = await server.call('usage')
        return { ms: elapsedMs, 'RSS MB': rssBytes / 1e6 }
      },
    })
    return [
      createSubject('parley', { file: 'servers/parley-server.ts', path: 'parley.db', request: {} }),
      createSubject('node:http with node:sqlite', {
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
