/** Receives signals with `@parley/core`. */
import { createChat } from '@parley/core'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { createSignalCounter, type SignalCount } from './signal-counter.ts'

const handlers = {
  usage: measureUsage,
  listen: async ({ url, seconds }: { url: string; seconds: number }): Promise<SignalCount> => {
    const me = await createChat({ url }).connect({ userKey: 'key' })
    let finished: SignalCount | undefined
    const count = createSignalCounter(seconds, (result) => {
      finished = result
    })
    for await (const signal of me.listenConversation({ id: 'conversation', onGap: 'report' })) {
      if (signal.type === 'message_created') count()
      if (finished) return finished
    }
    throw new Error('The stream ended')
  },
}
export type CoreClient = typeof handlers

serveParent(handlers)
