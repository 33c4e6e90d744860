import type { ConversationConnection } from '@parley/rx'
import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { select, type Store, useStore } from '../state/store.ts'

/** The connection state, and `reconnectNow` to reconnect without waiting for the backoff. */
export type ConnectionResult = ConversationConnection & { reconnectNow: () => void }

/**
 * Returns the connection state of a conversation, and whether it is synced with the server. Connects while mounted.
 *
 * @param id - Default: the current conversation.
 */
export function useConnection(id?: string): ConnectionResult {
  return useConnectionOf(useChatContext().view.conversation(id))
}

/** Returns the connection state of the user's list of conversations. Connects while mounted. */
export function useInboxConnection(): ConnectionResult {
  return useConnectionOf(useChatContext().view.inbox)
}

interface Connected {
  readonly state: Store<{ connection: ConversationConnection }>
  readonly actions: { reconnectNow: () => void }
}

function useConnectionOf({ state, actions }: Connected): ConnectionResult {
  const connection = useStore(useMemo(() => select(state, 'connection'), [state]))
  const { reconnectNow } = actions
  return useMemo(() => ({ ...connection, reconnectNow }), [connection, reconnectNow])
}
