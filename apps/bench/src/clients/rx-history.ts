/** Loads a history with `@parley/rx`, and receives live messages. */
import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { waitUntil } from './wait-until.ts'

let messageCount = 0
let stop = (): void => {}

const handlers = {
  usage: measureUsage,
  /** Loads all messages, and returns their number. */
  load: async ({ url }: { url: string }): Promise<number> => {
    const me = await createChat({ url }).connect({ userKey: 'key' })
    const conversation = openConversation(me, 'conversation', { pageSize: 100 })
    let isSynced = false
    let hasOlder = true
    const subscription = conversation.messages$.subscribe((messages) => (messageCount = messages.length))
    subscription.add(conversation.history$.subscribe((history) => ({ hasOlder } = history)))
    subscription.add(conversation.connection$.subscribe((connection) => ({ isSynced } = connection)))
    stop = () => subscription.unsubscribe()
    await waitUntil(() => isSynced)
    while (hasOlder) await conversation.loadOlder()
    return messageCount
  },
  /** Resolves when this many messages have arrived. */
  waitForMessages: ({ messages }: { messages: number }) => waitUntil(() => messageCount >= messages),
  close: () => stop(),
}
export type HistoryClient = typeof handlers

serveParent(handlers)
