import type { UserSignal } from './chat-signal.ts'

const maxCount = 1_000

/** How far a stream has come, over all its connections. */
export interface Progress {
  /** The place in the stream to resume after. */
  lastId: string | undefined
  /** Whether something came before the connection now: what it does not bring was missed. */
  hasBegun: boolean
  /** Whether what was missed is still to be fetched. */
  isBehind: boolean
  /** Takes a signal for seen. False if it was already, among the newest 1,000. */
  see: (signal: UserSignal) => boolean
  hasSeen: (messageId: string) => boolean
}

export function createProgress(after: string | undefined): Progress {
  const seen = new Set<string>()
  return {
    lastId: after,
    hasBegun: after !== undefined,
    isBehind: false,
    see(signal) {
      this.lastId = signal.id ?? this.lastId
      const key = keyOf(signal)
      if (!key) return true
      if (seen.has(key)) return false
      seen.add(key)
      const [oldest = ''] = seen
      if (seen.size > maxCount) seen.delete(oldest)
      return true
    },
    hasSeen: (id) => seen.has(`message_created ${id}`),
  }
}

/** What a repeat of a signal is known by: a message also comes by `listMessages`, without a place in the stream. */
export function keyOf({ type, data, id }: UserSignal): string | undefined {
  const isItem = (type === 'message_created' || type === 'event_created') && data.id
  return isItem ? `${type} ${data.id}` : id
}
