import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import type { ConversationActions, ParticipantsState } from '../state/conversation-store.ts'
import { createTrackedResult, useStore } from '../state/store.ts'

/** The participants of a conversation, and actions on them. */
export type ParticipantsResult = Readonly<ParticipantsState> & {
  /** `addParticipant` of `useConversation`. */
  add: ConversationActions['addParticipant']
  /** `removeParticipant` of `useConversation`. */
  remove: ConversationActions['removeParticipant']
}

/**
 * Loads the participants of a conversation while mounted, and keeps them up to date.
 *
 * @param id - Default: the current conversation.
 */
export function useParticipants(id?: string): ParticipantsResult {
  const { participants, actions } = useChatContext().view.conversation(id)
  const { addParticipant: add, removeParticipant: remove } = actions
  return useStore(
    useMemo(() => createTrackedResult(participants, names, { add, remove }), [participants, add, remove]),
  )
}

const names = ['participants', 'isLoading', 'error'] as const
