/** Listens with `@botpress/chat`. */
import { Client } from '@botpress/chat'
import { answerParent, usage } from '../harness/answer-parent.ts'
import { createTally, type Tally } from './tally.ts'

const handlers = {
  usage,
  listen: async ({ url, seconds }: { url: string; seconds: number }): Promise<Tally> => {
    const me = await Client.connect({ apiUrl: url, userKey: 'key' })
    const listener = await me.listenConversation({ id: 'conversation' })
    const { promise, resolve, reject } = Promise.withResolvers<Tally>()
    listener.on('message_created', createTally(seconds, resolve))
    listener.on('error', reject)
    const tally = await promise
    await listener.disconnect()
    return tally
  },
}
export type OfficialClient = typeof handlers

answerParent(handlers)
