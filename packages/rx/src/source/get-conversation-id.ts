import type { UserSignal } from '@parley/core'

interface SignalData {
  conversationId?: unknown
  message?: SignalData
  data?: SignalData
}

/** The conversation that a signal belongs to. Undefined if it concerns all conversations or does not name one. */
export function getConversationId({ data }: UserSignal): string | undefined {
  // A completed stream contains the id in its message. An unknown signal contains the whole original signal.
  const { conversationId, message, data: nested } = (data ?? {}) as SignalData
  const id = conversationId ?? (message ?? nested)?.conversationId
  return typeof id === 'string' ? id : undefined
}
