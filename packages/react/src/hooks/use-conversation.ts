import type { ConversationActions, ConversationPeople, ConversationState } from '@parley/rx/session'
import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { createTrackedResult } from './tracked-result.ts'
import { useStore } from './use-store.ts'

/** A conversation, and what can be done in it. */
export type ConversationResult = Readonly<ConversationState & ConversationPeople> & ConversationActions

/**
 * A conversation: its messages, who takes part, how it is connected, and what can be done in it.
 *
 * The component renders again only for the properties that it has read, and participants are asked for only where they are read:
 * take out what you need, as in `const { messages, send } = useConversation(id)`. All components share one connection.
 *
 * @param id - Default: the current conversation: the one that was it last, else the one with the newest activity, else none until
 * the first `send`, which makes one.
 */
export function useConversation(id?: string): ConversationResult {
  const { session } = useChatContext()
  const view = useMemo(() => {
    const { state, people, actions } = session.conversation(id)
    return createTrackedResult(state, people, actions)
  }, [session, id])
  return useStore(view)
}

/** The messages of a conversation, with its history. */
export function useMessages(
  id?: string,
): Pick<ConversationResult, 'messages' | 'hasOlder' | 'isLoadingOlder' | 'loadOlder' | 'error'> {
  return useConversation(id)
}

/** Sends without looking: nothing that happens in the conversation renders such a component again. */
export function useSend(id?: string): Pick<ConversationResult, 'send' | 'sendEvent' | 'retry' | 'discard'> {
  return useConversation(id)
}

/** Who else is typing, and `sendTyping` to tell that the user is. */
export function useTyping(id?: string): Pick<ConversationResult, 'typing' | 'sendTyping'> {
  return useConversation(id)
}

/** Who takes part in a conversation, without the bot. Empty until it is known. */
export function useParticipants(id?: string): ConversationResult['participants'] {
  return useConversation(id).participants
}
