import type { ReactHistoryClient } from '../clients/react-history.ts'
import type { HistoryClient } from '../clients/rx-history.ts'
import type { BenchContext } from '../harness/bench-context.ts'
import type { Benchmark, Subject } from '../harness/benchmark.ts'
import type { HistoryServer } from '../servers/history-server.ts'

const shortHistory = 50
const longHistory = 50_000
const liveMessages = 1_000
/**
 * Sent before the measurement of rx: the first full garbage collection takes 30 ms, and would fall into loading or into
 * the live messages by chance. The views of React are compared from their first live message on.
 */
const rxWarmUpMessages = 500

/** The cost for a client of loading a long history, and of each live message after it. */
export const history: Benchmark = {
  name: 'history',
  description:
    'a history of 50 or 50,000 messages with metadata, in pages of 100, followed by 1,000 live messages',
  targets: [
    {
      description: '50,000 messages in @parley/rx',
      metric: 'CPU s to load',
      subject: 'rx, 50,000',
      unit: 's',
      max: 3,
    },
    {
      description: 'a live message in a view of 50,000, × in a view of 50',
      metric: 'CPU µs/live message',
      subject: 'react, 50,000',
      baseline: 'react, 50',
      max: 1.5,
    },
  ],
  open: async (context) => [
    createSubject(context, {
      name: 'rx, 50',
      file: 'clients/rx-history.ts',
      messages: shortHistory,
      warmUpMessages: rxWarmUpMessages,
    }),
    createSubject(context, {
      name: 'rx, 50,000',
      file: 'clients/rx-history.ts',
      messages: longHistory,
      warmUpMessages: rxWarmUpMessages,
    }),
    createSubject(context, {
      name: 'react, 50',
      file: 'clients/react-history.ts',
      messages: shortHistory,
    }),
    createSubject(context, {
      name: 'react, 50,000',
      file: 'clients/react-history.ts',
      messages: longHistory,
    }),
  ],
}

interface SubjectOptions {
  name: string
  file: string
  messages: number
  warmUpMessages?: number
}

function createSubject(
  context: BenchContext,
  { name, file, messages, warmUpMessages = 0 }: SubjectOptions,
): Subject {
  return {
    name,
    async run() {
      await using server = await context.start<HistoryServer>('servers/history-server.ts')
      await using client = await context.start<HistoryClient | ReactHistoryClient>(file, { isParley: true })
      const { port } = await server.call('start', { messages })
      const started = await client.call('usage')
      const loaded = await client.call('load', { url: `http://127.0.0.1:${port}/demo` })
      if (loaded !== messages) throw new Error(`${name} loaded ${loaded} of ${messages} messages`)
      const loadedUsage = await client.call('usage')

      async function send(count: number, total: number): Promise<void> {
        await Promise.all([
          server.call('sendLiveMessages', { messages: count }),
          client.call('waitForMessages', { messages: total }),
        ])
      }
      if (warmUpMessages > 0) await send(warmUpMessages, messages + warmUpMessages)
      const before = await client.call('usage')
      await send(liveMessages, messages + warmUpMessages + liveMessages)
      const after = await client.call('usage')
      return {
        'CPU s to load': (loadedUsage.cpuMicroseconds - started.cpuMicroseconds) / 1e6,
        'CPU µs/live message': (after.cpuMicroseconds - before.cpuMicroseconds) / liveMessages,
        'RSS MB': after.rssBytes / 1e6,
      }
    },
  }
}
