import { join } from 'node:path'
import type { Benchmark, Subject, Sample } from '../harness/benchmark.ts'
import type { Child } from '../harness/child.ts'
import type { measureUsage } from '../harness/serve-parent.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { addParticipants, formatListenRequest, createUser, formatMessageRequest } from '../load/users.ts'
import type { BareStreamServer } from '../servers/bare-stream-server.ts'
import type { HonoStreamServer } from '../servers/hono-stream-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

const listeners = 1_000
const senders = 8

/** Delivery of messages to many listeners of one conversation. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  description: 'one conversation × 1,000 listeners, 8 senders',
  targets: [
    {
      description: 'deliveries/s, × bare response.write',
      metric: 'deliveries/s',
      subject: 'parley',
      baseline: 'response.write',
      min: 1,
    },
    {
      description: "deliveries/s, × Hono's SSE",
      metric: 'deliveries/s',
      subject: 'parley',
      baseline: 'hono SSE',
      min: 2,
    },
  ],
  open: async (context) => {
    const load = await context.start<LoadProcess>('load/load-process.ts')
    const parley = await context.start<ParleyServer>('servers/parley-server.ts', { isParley: true })
    const bare = await context.start<BareStreamServer>('servers/bare-stream-server.ts')
    const hono = await context.start<HonoStreamServer>('servers/hono-stream-server.ts')

    const { port } = await parley.call('start', { path: join(context.createTemporaryFolder(), 'parley.db') })
    const owner = await createUser(load, port)
    const keys = await addParticipants(load, owner, { port, count: listeners })
    const streams = keys.map((key) => formatListenRequest({ ...owner, key }))

    const createSubject = (
      name: string,
      server: Child<{ usage: typeof measureUsage }>,
      address: { port: number },
    ): Subject => ({
      name,
      run: () =>
        measureDelivery(server, load, {
          streams,
          port: address.port,
          request: formatMessageRequest(owner),
          seconds: context.seconds,
        }),
    })
    return [
      createSubject('parley', parley, { port }),
      createSubject('response.write', bare, await bare.call('start')),
      createSubject('hono SSE', hono, await hono.call('start')),
    ]
  },
}

async function measureDelivery(
  server: Child<{ usage: typeof measureUsage }>,
  load: Child<LoadProcess>,
  options: { streams: readonly string[]; port: number; request: string; seconds: number },
): Promise<Sample> {
  const { streams, port, request, seconds } = options
  await load.call('openStreams', { port, requests: streams })
  const before = await server.call('usage')
  const { deliveries, elapsedMs } = await load.call('measureDelivery', { port, request, senders, seconds })
  const after = await server.call('usage')
  await load.call('closeStreams')
  return {
    'deliveries/s': (deliveries / elapsedMs) * 1000,
    'CPU µs/delivery': (after.cpuMicroseconds - before.cpuMicroseconds) / deliveries,
  }
}
