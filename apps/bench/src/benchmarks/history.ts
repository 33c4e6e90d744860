import type { ReactHistoryClient } from '../clients/react-history.ts'
import type { HistoryClient } from '../clients/rx-history.ts'
import type { Benchmark, Cell } from '../harness/benchmark.ts'
import type { Lab } from '../harness/lab.ts'
import type { HistoryServer } from '../servers/history-server.ts'

const short = 50
const long = 50_000
const live = 1_000

/** A long history in the client: the cost of loading it, and of one more live message. */
export const history: Benchmark = {
  name: 'history',
  what: 'a history of 50 and of 50,000 messages with metadata, in pages of 100, and 1,000 live messages after it',
  targets: [
    {
      what: '50,000 messages through @parley/rx',
      measure: 'CPU s to load',
      of: 'rx, 50,000',
      unit: 's',
      atMost: 3,
    },
    {
      what: 'a live message in a view of 50,000, × in one of 50',
      measure: 'CPU µs/live message',
      of: 'react, 50,000',
      over: 'react, 50',
      atMost: 1.5,
    },
  ],
  open: async (lab) => [
    await openCell(lab, { name: 'rx, 50', file: 'clients/rx-history.ts', messages: short }),
    await openCell(lab, { name: 'rx, 50,000', file: 'clients/rx-history.ts', messages: long }),
    await openCell(lab, { name: 'react, 50', file: 'clients/react-history.ts', messages: short }),
    await openCell(lab, { name: 'react, 50,000', file: 'clients/react-history.ts', messages: long }),
  ],
}

interface CellOptions {
  name: string
  file: string
  messages: number
}

async function openCell(lab: Lab, { name, file, messages }: CellOptions): Promise<Cell> {
  return {
    name,
    async run() {
      await using server = await lab.start<HistoryServer>('servers/history-server.ts')
      await using client = await lab.start<HistoryClient | ReactHistoryClient>(file, { isOurs: true })
      const { port } = await server.ask('start', { messages })
      const started = await client.ask('usage')
      const loaded = await client.ask('load', { url: `http://127.0.0.1:${port}/demo` })
      if (loaded !== messages) throw new Error(`${name}: ${loaded} messages shown instead of ${messages}`)
      const before = await client.ask('usage')
      await Promise.all([
        server.ask('tell', { messages: live }),
        client.ask('await', { messages: messages + live }),
      ])
      const after = await client.ask('usage')
      return {
        'CPU s to load': (before.cpuMicroseconds - started.cpuMicroseconds) / 1e6,
        'CPU µs/live message': (after.cpuMicroseconds - before.cpuMicroseconds) / live,
        'RSS MB': after.rssBytes / 1e6,
      }
    },
  }
}
