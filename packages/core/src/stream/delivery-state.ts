import type { UserSignal } from './chat-signal.ts'

const maxSeen = 1_000

/** What a stream has already delivered, across all its connections. */
export interface DeliveryState {
  /** The position to resume after. */
  lastId: string | undefined
  /**
   * Whether the stream had a position or an open connection before: a connection that does not resume then has a gap.
   */
  hasStarted: boolean
  /** Whether missed messages must still be listed. */
  needsBackfill: boolean
  /** Marks a signal as seen. Returns false if it was already, among the newest 1,000. */
  markSeen: (signal: UserSignal) => boolean
  hasSeen: (messageId: string) => boolean
}

export function createDeliveryState(after: string | undefined): DeliveryState {
  const seen = new Set<string>()
  return {
    lastId: after,
    hasStarted: after !== undefined,
    needsBackfill: false,
    markSeen(signal) {
      this.lastId = signal.id ?? this.lastId
      const key = dedupeKey(signal)
      if (!key) return true
      if (seen.has(key)) return false
      seen.add(key)
      const [oldest = ''] = seen
      if (seen.size > maxSeen) seen.delete(oldest)
      return true
    },
    hasSeen: (id) => seen.has(`message_created ${id}`),
  }
}

/**
 * Identifies repeated signals. A message has the same key as a signal and as an item of `listMessages`, which has no
 * position.
 */
export function dedupeKey({ type, data, id }: UserSignal): string | undefined {
  const hasDataId = (type === 'message_created' || type === 'event_created') && data.id
  return hasDataId ? `${type} ${data.id}` : id
}
