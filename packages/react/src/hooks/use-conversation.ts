import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import type { RegisteredSchemas } from '../register.ts'
import type { ConversationActions, ConversationState } from '../state/conversation-store.ts'
import { createTrackedResult, useStore } from '../state/store.ts'

/** The state of a conversation, and its actions. */
export type ConversationResult<Schemas = RegisteredSchemas> = Readonly<ConversationState<Schemas>> &
  ConversationActions<Schemas>

/**
 * Returns a conversation: its messages, connection state and actions. Connects while mounted; all components share one
 * stream. `useParticipants` returns the participants.
 *
 * Rerenders the component only when a property changes that it has read. Destructure what you need:
 * `const { messages, send } = useConversation(id)`.
 *
 * @param id - Default: the current conversation. This is the last-used one, else the one with the newest activity, else
 * none until the first `send` creates it.
 */
export function useConversation(id?: string): ConversationResult {
  return useTracked(id, allNames, useActions(id))
}

const messagesNames = [
  'messages',
  'isLoading',
  'error',
  'hasOlder',
  'isLoadingOlder',
  'loadOlderError',
] as const
const allNames = ['id', ...messagesNames, 'isAnswering', 'typing', 'connection'] as const

/** Returns the messages of a conversation, with pagination of older messages. Connects while mounted. */
export function useMessages(
  id?: string,
): Pick<ConversationResult, (typeof messagesNames)[number] | 'loadOlder'> {
  const { loadOlder } = useActions(id)
  return useTracked(
    id,
    messagesNames,
    useMemo(() => ({ loadOlder }), [loadOlder]),
  )
}

/** Returns the actions on messages, and `stop`. Neither connects nor rerenders the component. */
export function useSend(
  id?: string,
): Pick<ConversationResult, 'send' | 'sendEvent' | 'retry' | 'discard' | 'deleteMessage' | 'stop'> {
  const actions = useActions(id)
  return useMemo(() => {
    const { send, sendEvent, retry, discard, deleteMessage, stop } = actions
    return { send, sendEvent, retry, discard, deleteMessage, stop }
  }, [actions])
}

/** Returns the ids of other users who are typing, and `sendTyping`. Connects while mounted. */
export function useTyping(id?: string): Pick<ConversationResult, 'typing' | 'sendTyping'> {
  const { sendTyping } = useActions(id)
  return useTracked(
    id,
    typingNames,
    useMemo(() => ({ sendTyping }), [sendTyping]),
  )
}

const typingNames = ['typing'] as const

function useActions(id: string | undefined): ConversationActions {
  return useChatContext().view.conversation(id).actions
}

function useTracked<Name extends keyof ConversationState, Actions extends object>(
  id: string | undefined,
  names: readonly Name[],
  actions: Actions,
): Readonly<Pick<ConversationState, Name>> & Actions {
  const { state } = useChatContext().view.conversation(id)
  return useStore(useMemo(() => createTrackedResult(state, names, actions), [state, names, actions]))
}
