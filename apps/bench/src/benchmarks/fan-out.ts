import { join } from 'node:path'
import type { usage } from '../harness/answer-parent.ts'
import type { Benchmark, Cell, Sample } from '../harness/benchmark.ts'
import type { Child } from '../harness/child.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { addParticipants, listenRequest, makePerson, messageRequest } from '../load/people.ts'
import type { BareStreamServer } from '../servers/bare-stream-server.ts'
import type { HonoStreamServer } from '../servers/hono-stream-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

const listeners = 1_000
const senders = 8

/** One conversation with many listeners. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  what: 'one conversation × 1,000 listeners, 8 senders',
  targets: [
    {
      what: 'deliveries/s, × bare response.write',
      measure: 'deliveries/s',
      of: 'parley',
      over: 'response.write',
      atLeast: 1,
    },
    {
      what: "deliveries/s, × Hono's SSE",
      measure: 'deliveries/s',
      of: 'parley',
      over: 'hono SSE',
      atLeast: 2,
    },
  ],
  open: async (lab) => {
    const load = await lab.start<LoadProcess>('load/load-process.ts')
    const parley = await lab.start<ParleyServer>('servers/parley-server.ts', { isOurs: true })
    const bare = await lab.start<BareStreamServer>('servers/bare-stream-server.ts')
    const hono = await lab.start<HonoStreamServer>('servers/hono-stream-server.ts')

    const { port } = await parley.ask('start', { path: join(lab.temporaryFolder(), 'parley.db') })
    const owner = await makePerson(load, port)
    const keys = await addParticipants(load, owner, { port, count: listeners })
    const streams = keys.map((key) => listenRequest({ ...owner, key }))

    const cell = (name: string, server: Child<{ usage: typeof usage }>, at: { port: number }): Cell => ({
      name,
      run: () =>
        measureDelivery(server, load, {
          streams,
          port: at.port,
          request: messageRequest(owner),
          seconds: lab.seconds,
        }),
    })
    return [
      cell('parley', parley, { port }),
      cell('response.write', bare, await bare.ask('start')),
      cell('hono SSE', hono, await hono.ask('start')),
    ]
  },
}

async function measureDelivery(
  server: Child<{ usage: typeof usage }>,
  load: Child<LoadProcess>,
  options: { streams: readonly string[]; port: number; request: string; seconds: number },
): Promise<Sample> {
  const { streams, port, request, seconds } = options
  await load.ask('listen', { port, requests: streams })
  const before = await server.ask('usage')
  const { deliveries, elapsedMs } = await load.ask('deliver', { port, request, senders, seconds })
  const after = await server.ask('usage')
  await load.ask('hangUp')
  return {
    'deliveries/s': (deliveries / elapsedMs) * 1000,
    'CPU µs/delivery': (after.cpuMicroseconds - before.cpuMicroseconds) / deliveries,
  }
}
