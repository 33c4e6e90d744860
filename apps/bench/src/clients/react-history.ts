/** Loads a history with `@parley/react` in jsdom, and renders the newest messages as a virtualized list does. */
import { createChat } from '@parley/core'
import type { ConversationResult } from '@parley/react'
import { answerParent, usage } from '../harness/answer-parent.ts'
import { openDom } from './open-dom.ts'
import { until } from './until.ts'

const page = openDom()
// These modules look for a document when they are loaded.
const { createElement, useEffect } = await import('react')
const { createRoot } = await import('react-dom/client')
const { ChatProvider, useConversation } = await import('@parley/react')

const inView = 20
/** The latest rendered state. */
let shown: ConversationResult | undefined
let stop = (): void => {}

function Conversation() {
  const conversation = useConversation('conversation')
  const { messages } = conversation
  useEffect(() => {
    shown = conversation
  }, [conversation])
  return messages
    .slice(-inView)
    .map(({ key, payload }) => createElement('p', { key }, 'text' in payload ? payload.text : payload.type))
}

const shownCount = (): number => shown?.messages.length ?? 0

const handlers = {
  usage,
  load: async ({ url }: { url: string }): Promise<number> => {
    const user = await createChat({ url }).connect({ userKey: 'key' })
    const root = createRoot(page)
    const options = { pageSize: 100, tabs: false } as const
    root.render(createElement(ChatProvider, { user, options }, createElement(Conversation)))
    stop = () => root.unmount()
    await until(() => shown?.connection.isSynced === true)
    while (shown?.hasOlder) {
      const former = shownCount()
      await shown.loadOlder()
      await until(() => shownCount() > former)
    }
    return shownCount()
  },
  await: ({ messages }: { messages: number }) => until(() => shownCount() >= messages),
  close: () => stop(),
}

export type ReactHistoryClient = typeof handlers

answerParent(handlers)
