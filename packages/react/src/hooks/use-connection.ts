import type { ConversationConnection } from '@parley/rx'
import { select } from '@parley/rx/session'
import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { useStore } from './use-store.ts'

/** The connection state, and `reconnectNow` to reconnect without waiting for the backoff. */
export type ConnectionResult = ConversationConnection & { reconnectNow: () => void }

/**
 * Returns the connection state of a conversation, and whether it is synced with the server.
 *
 * @param id - Default: the connection of the user's list of conversations, as shown by `useConversations`.
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
