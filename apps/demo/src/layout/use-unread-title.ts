import type { InboxConversation } from '@parley/rx'
import { useEffect } from 'react'

/** Says in the page's title how many conversations have something new. */
export function useUnreadTitle(
  conversations: readonly InboxConversation[] | undefined,
  openId: string | undefined,
): void {
  const count = conversations?.filter(({ id, unread = 0 }) => unread > 0 && id !== openId).length ?? 0
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Parley` : 'Parley'
  }, [count])
}
