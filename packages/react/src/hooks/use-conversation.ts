import type { ConversationActions, ConversationPeople, ConversationState } from '@parley/rx/session'
import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { createTrackedResult } from './tracked-result.ts'
import { useStore } from './use-store.ts'

/** The state of a conversation, and its actions. */
export type ConversationResult = Readonly<ConversationState & ConversationPeople> & ConversationActions

/**
 * Returns a conversation: its messages, participants, connection state and actions.
 *
 * Rerenders the component only when a property changes that it has read, and fetches participants only if they are
 * read. Destructure what you need: `const { messages, send } = useConversation(id)`. All components share one stream.
 *
 * @param id - Default: the current conversation. This is the last-used one, else the one with the newest activity, else
 * none until the first `send` creates it.
 */
export function useConversation(id?: string): ConversationResult {
  const { session } = useChatContext()
  const store = useMemo(() => {
    const { state, people, actions } = session.conversation(id)
    return createTrackedResult(state, people, actions)
  }, [session, id])
  return useStore(store)
}

/** Returns the messages of a conversation, with pagination of older messages. */
export function useMessages(
  id?: string,
): Pick<ConversationResult, 'messages' | 'hasOlder' | 'isLoadingOlder' | 'loadOlder' | 'error'> {
  return useConversation(id)
}

/** Returns the actions for sending, and `stop`. Never rerenders the component when the conversation changes. */
export function useSend(
  id?: string,
): Pick<ConversationResult, 'send' | 'sendEvent' | 'retry' | 'discard' | 'stop'> {
  return useConversation(id)
}

/** Returns the ids of other users who are typing, and `sendTyping`. */
export function useTyping(id?: string): Pick<ConversationResult, 'typing' | 'sendTyping'> {
  return useConversation(id)
}

/** Returns the participants of a conversation, without the bot. Empty until loaded. */
export function useParticipants(id?: string): ConversationResult['participants'] {
  return useConversation(id).participants
}
