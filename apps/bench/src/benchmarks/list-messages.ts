import type { Benchmark } from '../harness/benchmark.ts'
import { measureLoad } from '../harness/measure-load.ts'
import type { LoadProcess } from '../load/load-process.ts'
import type { FixedServer } from '../servers/fixed-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'
import { openMessageStore } from './message-store.ts'

const full = { conversations: 10_000, messagesEach: 100 }
const quick = { conversations: 500, messagesEach: 100 }

/** Pages of a large database, where caches help little. */
export const listMessages: Benchmark = {
  name: 'list-messages',
  what: 'listMessages, half newest and half older pages of 10,000 conversations, 1,000,000 messages, 64 connections',
  targets: [
    {
      what: 'requests/s, × a fixed answer of that size',
      measure: 'requests/s',
      of: 'parley',
      over: 'fixed answer',
      atLeast: 0.2,
    },
    { what: 'p99', measure: 'p99 ms', of: 'parley', unit: 'ms', atMost: 30 },
  ],
  open: async (lab) => {
    const load = await lab.start<LoadProcess>('load/load-process.ts')
    const store = await openMessageStore(lab, load, lab.isQuick ? quick : full)
    const parley = await lab.start<ParleyServer>('servers/parley-server.ts', { isOurs: true })
    const fixed = await lab.start<FixedServer>('servers/fixed-server.ts')

    const { port } = await parley.ask('start', { path: store.path })
    await load.ask('keep', { set: 'pages', requests: store.pageRequests })
    const shared = { set: 'pages', connections: 64, seconds: lab.seconds }
    const { bodyBytes } = await load.ask('run', { ...shared, port, count: store.pageRequests.length })
    const { port: fixedPort } = await fixed.ask('start', { bytes: Math.round(bodyBytes) })
    return [
      { name: 'parley', run: () => measureLoad(parley, load, { ...shared, port }) },
      { name: 'fixed answer', run: () => measureLoad(fixed, load, { ...shared, port: fixedPort }) },
    ]
  },
}
