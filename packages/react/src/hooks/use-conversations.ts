import type { InboxActions, InboxState } from '@parley/rx/session'
import { useEffect, useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { useStore } from './use-store.ts'

/** The user's conversations, and what can be done with them. */
export type ConversationsResult = Readonly<InboxState> &
  InboxActions & {
    /** Says which conversations are in view, in place of `visible`: for lists that know it only when they have been rendered. */
    show: (ids: readonly string[]) => void
  }

const visibleCount = 20

/**
 * The user's conversations, those with the newest activity first, with last message and unread count of those in view.
 *
 * @param options.visible - The ids of those in view. Default: the first 20; say `[]` where `show` is called instead.
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

  const inView = visible ?? state.conversations?.slice(0, visibleCount).map(({ id }) => id) ?? []
  const key = JSON.stringify(inView)
  useEffect(() => {
    const ids = JSON.parse(key) as string[]
    // Children may have called `show` before: with none of its own, it leaves that to them.
    if (ids.length === 0) return
    show(ids)
    return () => show([])
  }, [show, key])
  useEffect(() => () => show([]), [show])
  return { ...state, ...actions }
}
