import type { InboxConversation } from '@parley/rx'
import { useEffect } from 'react'

/** Shows the number of unread conversations in the document title. */
export function useUnreadTitle(
  conversations: readonly InboxConversation[] | undefined,
  openId: string | undefined,
): void {
  const count = conversations?.filter(({ id, unread = 0 }) => unread > 0 && id !== openId).length ?? 0
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Parley` : 'Parley'
  }, [count])
}
