import type { InboxActions, InboxState } from '@parley/rx/session'
import { useEffect, useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { useStore } from './use-store.ts'

/** The user's conversations, and their actions. */
export type ConversationsResult = Readonly<InboxState> &
  InboxActions & {
    /** Sets the visible conversations, instead of `visible`: for lists that know them only after rendering. */
    show: (ids: readonly string[]) => void
  }

const defaultVisibleCount = 20

/**
 * Returns the user's conversations, newest activity first. Visible ones include their last message and unread count.
 *
 * @param options.visible - The ids of the visible conversations. Default: the first 20. Pass `[]` if you call `show`.
 */
export function useConversations({
  visible,
}: { visible?: readonly string[] | undefined } = {}): ConversationsResult {
  const { inbox } = useChatContext().session
  const actions = useMemo(() => {
    const viewer = {}
    return { ...inbox.actions, show: (ids: readonly string[]) => inbox.show(viewer, ids) }
  }, [inbox])
  const state = useStore(inbox.state)
  const { show } = actions

  const visibleIds = visible ?? state.conversations?.slice(0, defaultVisibleCount).map(({ id }) => id) ?? []
  const key = JSON.stringify(visibleIds)
  useEffect(() => {
    const ids = JSON.parse(key) as string[]
    // Effects of children run first. An empty list must not overwrite the ids they passed to `show`.
    if (ids.length === 0) return
    show(ids)
    return () => show([])
  }, [show, key])
  useEffect(() => () => show([]), [show])
  return { ...state, ...actions }
}
