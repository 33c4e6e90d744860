import type { CoreClient } from '../clients/core-client.ts'
import type { OfficialClient } from '../clients/official-client.ts'
import type { Benchmark, Subject } from '../harness/benchmark.ts'
import type { Child } from '../harness/child.ts'
import type { SignalSource } from '../servers/signal-source.ts'

/** The throughput of a client that receives signals in a burst. */
export const signals: Benchmark = {
  name: 'signals',
  description: 'signals of 300 B, sent as fast as the client reads them',
  targets: [
    {
      description: 'signals/s, × @botpress/chat',
      metric: 'signals/s',
      subject: '@parley/core',
      baseline: '@botpress/chat',
      min: 30,
    },
  ],
  open: async (context) => {
    const source = await context.start<SignalSource>('servers/signal-source.ts')
    const { port } = await source.call('start')
    const url = `http://127.0.0.1:${port}/demo`
    const createSubject = (name: string, client: Child<CoreClient | OfficialClient>): Subject => ({
      name,
      run: async () => {
        const before = await client.call('usage')
        const { signals: received, elapsedMs } = await client.call('listen', {
          url,
          seconds: context.seconds,
        })
        const after = await client.call('usage')
        return {
          'signals/s': (received / elapsedMs) * 1000,
          'CPU µs/signal': (after.cpuMicroseconds - before.cpuMicroseconds) / received,
        }
      },
    })
    return [
      createSubject('@parley/core', await context.start<CoreClient>('clients/core-client.ts')),
      createSubject('@botpress/chat', await context.start<OfficialClient>('clients/official-client.ts')),
    ]
  },
}
