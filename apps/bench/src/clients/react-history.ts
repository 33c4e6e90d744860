/** Loads a history with `@parley/react` in jsdom, and renders the newest messages as a virtualized list does. */
import { createChat } from '@parley/core'
import type { ConversationResult } from '@parley/react'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { openDom } from './open-dom.ts'
import { waitUntil } from './wait-until.ts'

const page = openDom()
// These modules require a document when they are imported.
const { createElement, useEffect } = await import('react')
const { createRoot } = await import('react-dom/client')
const { ChatProvider, useConversation } = await import('@parley/react')

const visibleCount = 20
let latest: ConversationResult | undefined
let stop = (): void => {}

function Conversation() {
  const conversation = useConversation('conversation')
  const { messages } = conversation
  useEffect(() => {
    latest = conversation
  }, [conversation])
  return messages
    .slice(-visibleCount)
    .map(({ key, payload }) => createElement('p', { key }, 'text' in payload ? payload.text : payload.type))
}

const getMessageCount = (): number => latest?.messages.length ?? 0

const handlers = {
  usage: measureUsage,
  load: async ({ url }: { url: string }): Promise<number> => {
    const user = await createChat({ url }).connect({ userKey: 'key' })
    const root = createRoot(page)
    const options = { pageSize: 100, tabs: false } as const
    root.render(createElement(ChatProvider, { user, options }, createElement(Conversation)))
    stop = () => root.unmount()
    await waitUntil(() => latest?.connection.isSynced === true)
    while (latest?.hasOlder) {
      const previousCount = getMessageCount()
      await latest.loadOlder()
      await waitUntil(() => getMessageCount() > previousCount)
    }
    return getMessageCount()
  },
  waitForMessages: ({ messages }: { messages: number }) => waitUntil(() => getMessageCount() >= messages),
  close: () => stop(),
}

export type ReactHistoryClient = typeof handlers

serveParent(handlers)
