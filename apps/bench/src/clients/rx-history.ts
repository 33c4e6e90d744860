/** Loads a history with `@parley/rx`, and receives live messages. */
import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { answerParent, usage } from '../harness/answer-parent.ts'
import { until } from './until.ts'

let shown = 0
let stop = (): void => {}

const handlers = {
  usage,
  /** Loads all messages. Returns their number. */
  load: async ({ url }: { url: string }): Promise<number> => {
    const me = await createChat({ url }).connect({ userKey: 'key' })
    const conversation = openConversation(me, 'conversation', { pageSize: 100 })
    let isSynced = false
    let hasOlder = true
    const watching = conversation.messages$.subscribe((messages) => (shown = messages.length))
    watching.add(conversation.history$.subscribe((older) => ({ hasOlder } = older)))
    watching.add(conversation.connection$.subscribe((connection) => ({ isSynced } = connection)))
    stop = () => watching.unsubscribe()
    await until(() => isSynced)
    while (hasOlder) await conversation.loadOlder()
    return shown
  },
  /** Resolves once this many messages have arrived. */
  await: ({ messages }: { messages: number }) => until(() => shown >= messages),
  close: () => stop(),
}
export type HistoryClient = typeof handlers

answerParent(handlers)
