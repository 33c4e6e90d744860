import { join } from 'node:path'
import type { BenchContext } from '../harness/bench-context.ts'
import type { Benchmark, Subject } from '../harness/benchmark.ts'
import type { Child } from '../harness/child.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { formatListenRequest, createUsers } from '../load/users.ts'
import type { BareStreamServer } from '../servers/bare-stream-server.ts'
import type { EmbeddedServer } from '../servers/embedded-server.ts'
import type { HonoStreamServer } from '../servers/hono-stream-server.ts'
import type { ListenAddress } from '../servers/loopback.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

const fullCount = 10_000
const quickCount = 1_000
const warmUpCount = 200

/** Server memory per listener without traffic. */
export const idleListeners: Benchmark = {
  name: 'idle-listeners',
  description: '10,000 listeners, one per conversation; memory of the server after garbage collection',
  rounds: 3,
  targets: [
    { description: 'RSS per listener', metric: 'RSS kB/listener', subject: 'parley', unit: 'kB', max: 20 },
  ],
  open: async (context) => {
    const path = join(context.createTemporaryFolder(), 'parley.db')
    const load = await context.start<LoadProcess>('load/load-process.ts')
    const streams = await createListenRequests(context, load, path)
    const createSubject = (name: string, file: string): Subject => ({
      name,
      run: async () => {
        await using server = await context.start<
          ParleyServer | EmbeddedServer | BareStreamServer | HonoStreamServer
        >(file, { execArgv: ['--expose-gc'] })
        const { port }: ListenAddress = await server.call('start', { path, embedding: 'fetch' })
        await load.call('openStreams', { port, requests: streams.slice(0, warmUpCount) })
        await load.call('closeStreams')
        const before = await server.call('usage')
        await load.call('openStreams', { port, requests: streams })
        const after = await server.call('usage')
        await load.call('closeStreams')
        return {
          'RSS kB/listener': (after.rssBytes - before.rssBytes) / 1000 / streams.length,
          'RSS MB': after.rssBytes / 1e6,
        }
      },
    })
    return [
      createSubject('parley', 'servers/parley-server.ts'),
      createSubject('chat.fetch in Hono', 'servers/embedded-server.ts'),
      createSubject('Hono streamSSE', 'servers/hono-stream-server.ts'),
      createSubject('response.write', 'servers/bare-stream-server.ts'),
    ]
  },
}

async function createListenRequests(
  context: BenchContext,
  load: Child<LoadProcess>,
  path: string,
): Promise<string[]> {
  await using server = await context.start<ParleyServer>('servers/parley-server.ts')
  const { port } = await server.call('start', { path })
  const users = await createUsers(load, { port, count: context.isQuick ? quickCount : fullCount })
  await server.call('close')
  return users.map(formatListenRequest)
}
