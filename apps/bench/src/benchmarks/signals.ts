import type { CoreClient } from '../clients/core-client.ts'
import type { OfficialClient } from '../clients/official-client.ts'
import type { Benchmark, Cell } from '../harness/benchmark.ts'
import type { Child } from '../harness/child.ts'
import type { SignalSource } from '../servers/signal-source.ts'

/** What a client makes of a burst. */
export const signals: Benchmark = {
  name: 'signals',
  what: 'signals of 300 B through a client, as many as it takes',
  targets: [
    {
      what: 'signals/s, × @botpress/chat',
      measure: 'signals/s',
      of: '@parley/core',
      over: '@botpress/chat',
      atLeast: 30,
    },
  ],
  open: async (lab) => {
    const source = await lab.start<SignalSource>('servers/signal-source.ts')
    const { port } = await source.ask('start')
    const url = `http://127.0.0.1:${port}/demo`
    const cell = (name: string, client: Child<CoreClient | OfficialClient>): Cell => ({
      name,
      run: async () => {
        const before = await client.ask('usage')
        const { signals: heard, elapsedMs } = await client.ask('listen', { url, seconds: lab.seconds })
        const after = await client.ask('usage')
        return {
          'signals/s': (heard / elapsedMs) * 1000,
          'CPU µs/signal': (after.cpuMicroseconds - before.cpuMicroseconds) / heard,
        }
      },
    })
    return [
      cell('@parley/core', await lab.start<CoreClient>('clients/core-client.ts')),
      cell('@botpress/chat', await lab.start<OfficialClient>('clients/official-client.ts')),
    ]
  },
}
