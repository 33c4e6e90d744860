import type { UserSignal } from '@parley/core'

/** The conversation that a signal belongs to; undefined where it belongs to all, or does not say. */
export function conversationOf({ type, data }: UserSignal): string | undefined {
  if (type === 'message_stream_complete') return data.message.conversationId
  if (type !== 'unknown') return data.conversationId
  const inside = (data as { data?: { conversationId?: unknown } } | null)?.data?.conversationId
  return typeof inside === 'string' ? inside : undefined
}
