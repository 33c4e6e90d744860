/** Listens with `@parley/core`. */
import { createChat } from '@parley/core'
import { answerParent, usage } from '../harness/answer-parent.ts'
import { createTally, type Tally } from './tally.ts'

const handlers = {
  usage,
  listen: async ({ url, seconds }: { url: string; seconds: number }): Promise<Tally> => {
    const me = await createChat({ url }).connect({ userKey: 'key' })
    let ended: Tally | undefined
    const count = createTally(seconds, (tally) => {
      ended = tally
    })
    for await (const signal of me.listenConversation({ id: 'conversation', onGap: 'report' })) {
      if (signal.type === 'message_created') count()
      if (ended) return ended
    }
    throw new Error('the stream has ended')
  },
}
export type CoreClient = typeof handlers

answerParent(handlers)
