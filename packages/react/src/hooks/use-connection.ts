import type { ConversationConnection } from '@parley/rx'
import { select } from '@parley/rx/session'
import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { useStore } from './use-store.ts'

/** How something is connected, and `reconnectNow` to try at once what is waited for. */
export type ConnectionResult = ConversationConnection & { reconnectNow: () => void }

/**
 * How a conversation is connected, and whether what is shown is what the server has.
 *
 * @param id - Default: how the user's list of conversations is connected, as `useConversations` shows it.
 */
export function useConnection(id?: string): ConnectionResult {
  const { inbox, conversation } = useChatContext().session
  const { connection, reconnectNow } = useMemo(() => {
    const { state, actions } = id === undefined ? inbox : conversation(id)
    return {
      connection: select<{ connection: ConversationConnection }, 'connection'>(state, 'connection'),
      ...actions,
    }
  }, [inbox, conversation, id])
  return { ...useStore(connection), reconnectNow }
}
