/** Loads a history with `@parley/rx`, and hears what is new. */
import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { answerParent, usage } from '../harness/answer-parent.ts'
import { until } from './until.ts'

let shown = 0
let stop = (): void => {}

const handlers = {
  usage,
  /** Returns how many messages are shown once all are loaded. */
  load: async ({ url }: { url: string }): Promise<number> => {
    const me = await createChat({ url }).connect({ userKey: 'key' })
    const conversation = openConversation(me, 'conversation', { pageSize: 100 })
    let isInSync = false
    let hasOlder = true
    const watching = conversation.messages$.subscribe((messages) => (shown = messages.length))
    watching.add(conversation.older$.subscribe((older) => ({ hasOlder } = older)))
    watching.add(conversation.connection$.subscribe((connection) => ({ isInSync } = connection)))
    stop = () => watching.unsubscribe()
    await until(() => isInSync)
    while (hasOlder) await conversation.loadOlder()
    return shown
  },
  /** Resolves when that many messages are shown. */
  await: ({ messages }: { messages: number }) => until(() => shown >= messages),
  close: () => stop(),
}
export type HistoryClient = typeof handlers

answerParent(handlers)
