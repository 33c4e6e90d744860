import { join } from 'node:path'
import type { Benchmark, Cell } from '../harness/benchmark.ts'
import type { Child } from '../harness/child.ts'
import type { Lab } from '../harness/lab.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { listenRequest, makePeople } from '../load/people.ts'
import type { BareStreamServer } from '../servers/bare-stream-server.ts'
import type { Bound } from '../servers/loopback.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

const full = 10_000
const quick = 1_000
const warmUp = 200

/** What somebody costs who listens and hears nothing. */
export const idleListeners: Benchmark = {
  name: 'idle-listeners',
  what: '10,000 users who listen, each to a conversation of their own; memory of the server after a garbage collection',
  rounds: 3,
  targets: [{ what: 'RSS per listener', measure: 'RSS kB/listener', of: 'parley', unit: 'kB', atMost: 20 }],
  open: async (lab) => {
    const path = join(lab.temporaryFolder(), 'parley.db')
    const load = await lab.start<LoadProcess>('load/load-process.ts')
    const streams = await makeStreams(lab, load, path)
    const cell = (name: string, file: string): Cell => ({
      name,
      run: async () => {
        await using server = await lab.start<ParleyServer | BareStreamServer>(file, {
          execArgv: ['--expose-gc'],
        })
        const { port }: Bound = await server.ask('start', { path })
        await load.ask('listen', { port, requests: streams.slice(0, warmUp) })
        await load.ask('hangUp')
        const before = await server.ask('usage')
        await load.ask('listen', { port, requests: streams })
        const after = await server.ask('usage')
        await load.ask('hangUp')
        return {
          'RSS kB/listener': (after.rssBytes - before.rssBytes) / 1000 / streams.length,
          'RSS MB': after.rssBytes / 1e6,
        }
      },
    })
    return [
      cell('parley', 'servers/parley-server.ts'),
      cell('response.write', 'servers/bare-stream-server.ts'),
    ]
  },
}

async function makeStreams(lab: Lab, load: Child<LoadProcess>, path: string): Promise<string[]> {
  await using server = await lab.start<ParleyServer>('servers/parley-server.ts')
  const { port } = await server.ask('start', { path })
  const people = await makePeople(load, { port, count: lab.isQuick ? quick : full })
  await server.ask('close')
  return people.map(listenRequest)
}
