import { useEffect, useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import type { RegisteredSchemas } from '../register.ts'
import type { InboxActions, InboxConnection, InboxState } from '../state/inbox-store.ts'
import { createTrackedResult, useStore } from '../state/store.ts'

/** The user's conversations, and their actions. */
export type ConversationsResult<Schemas = RegisteredSchemas> = Readonly<InboxState<Schemas>> &
  InboxActions & {
    readonly connection: InboxConnection
    /** Sets the visible conversations, instead of `visible`: for lists that know them only after rendering. */
    setVisible: (ids: readonly string[]) => void
  }

const defaultVisibleCount = 20

/**
 * Returns the user's conversations, newest activity first. Visible ones include their last message and unread count.
 *
 * @param options.visible - The ids of the visible conversations. Default: the first 20. Pass `[]` if you call
 *   `setVisible`.
 */
export function useConversations({
  visible,
}: { visible?: readonly string[] | undefined } = {}): ConversationsResult {
  const { inbox } = useChatContext().view
  const actions = useMemo(() => {
    const viewer = {}
    return { ...inbox.actions, setVisible: (ids: readonly string[]) => inbox.setVisible(viewer, ids) }
  }, [inbox])
  const result = useStore(useMemo(() => createTrackedResult(inbox.state, names, actions), [inbox, actions]))
  const { setVisible } = actions

  const visibleIds = visible ?? result.conversations.slice(0, defaultVisibleCount).map(({ id }) => id)
  const key = JSON.stringify(visibleIds)
  useEffect(() => {
    const ids = JSON.parse(key) as string[]
    // Effects of children run first. An empty list must not overwrite the ids they passed to `setVisible`.
    if (ids.length === 0) return
    setVisible(ids)
    return () => setVisible([])
  }, [setVisible, key])
  useEffect(() => () => setVisible([]), [setVisible])
  return result
}

const names = ['conversations', 'isLoading', 'error', 'connection'] as const
