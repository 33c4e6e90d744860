import type { Benchmark } from '../harness/benchmark.ts'
import { measureLoad } from '../harness/measure-load.ts'
import type { LoadProcess } from '../load/load-process.ts'
import type { FixedServer } from '../servers/fixed-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'
import { openMessageStore } from './message-store.ts'

const fullSize = { conversations: 10_000, messagesPerConversation: 100 }
const quickSize = { conversations: 500, messagesPerConversation: 100 }

/** Pages of a database that is too large for caches to help much. */
export const listMessages: Benchmark = {
  name: 'list-messages',
  description:
    'listMessages, half newest and half older pages, 10,000 conversations, 1,000,000 messages, 64 connections',
  targets: [
    {
      description: 'requests/s, × a fixed response of the same size',
      metric: 'requests/s',
      subject: 'parley',
      baseline: 'fixed response',
      min: 0.2,
    },
    { description: 'p99', metric: 'p99 ms', subject: 'parley', unit: 'ms', max: 30 },
  ],
  open: async (context) => {
    const load = await context.start<LoadProcess>('load/load-process.ts')
    const store = await openMessageStore(context, load, context.isQuick ? quickSize : fullSize)
    const parley = await context.start<ParleyServer>('servers/parley-server.ts', { isParley: true })
    const fixed = await context.start<FixedServer>('servers/fixed-server.ts')

    const { port } = await parley.call('start', { path: store.path })
    await load.call('storeRequests', { set: 'pages', requests: store.pageRequests })
    const shared = { set: 'pages', connections: 64, seconds: context.seconds }
    const { bodyBytes } = await load.call('run', { ...shared, port, count: store.pageRequests.length })
    const { port: fixedPort } = await fixed.call('start', { bytes: Math.round(bodyBytes) })
    return [
      { name: 'parley', run: () => measureLoad(parley, load, { ...shared, port }) },
      { name: 'fixed response', run: () => measureLoad(fixed, load, { ...shared, port: fixedPort }) },
    ]
  },
}
