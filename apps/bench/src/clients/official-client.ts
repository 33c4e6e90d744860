/** Receives signals with `@botpress/chat`. */
import { Client } from '@botpress/chat'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { createSignalCounter, type SignalCount } from './signal-counter.ts'

const handlers = {
  usage: measureUsage,
  listen: async ({ url, seconds }: { url: string; seconds: number }): Promise<SignalCount> => {
    const me = await Client.connect({ apiUrl: url, userKey: 'key' })
    const listener = await me.listenConversation({ id: 'conversation' })
    const { promise, resolve, reject } = Promise.withResolvers<SignalCount>()
    listener.on('message_created', createSignalCounter(seconds, resolve))
    listener.on('error', reject)
    const result = await promise
    await listener.disconnect()
    return result
  },
}
export type OfficialClient = typeof handlers

serveParent(handlers)
