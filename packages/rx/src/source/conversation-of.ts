import type { UserSignal } from '@parley/core'

interface MaybeOfConversation {
  conversationId?: unknown
  message?: MaybeOfConversation
  data?: MaybeOfConversation
}

/** The conversation that a signal belongs to; undefined where it belongs to all, or does not say. */
export function conversationOf({ data }: UserSignal): string | undefined {
  // A completed stream says it of its message; an unknown signal stands as a whole in `data`.
  const { conversationId, message, data: inside } = (data ?? {}) as MaybeOfConversation
  const id = conversationId ?? (message ?? inside)?.conversationId
  return typeof id === 'string' ? id : undefined
}
