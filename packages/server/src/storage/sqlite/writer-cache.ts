import type { CacheableAccess } from '../../domain/queries.ts'

/** The end of a conversation's log. */
export interface LogTail {
  readonly seq: number
  /** Creation time of the newest entry. */
  readonly at: number
  /** Update time of the conversation. */
  readonly updatedAt: number
}

/**
 * Caches memberships and log tails in the writer thread, which alone changes the database.
 *
 * Caches positive results only, so creating a record never makes the cache stale.
 */
export interface WriterCache {
  access(botRowId: number, userId: string, conversationId: string): CacheableAccess | undefined
  setAccess(botRowId: number, access: CacheableAccess): void
  tail(conversationRowId: number): LogTail | undefined
  setTail(conversationRowId: number, tail: LogTail): void
  /**
   * Call it when a user, conversation or membership is changed or removed. Keeps the tails, as a command may hold an
   * older record.
   */
  invalidateAccesses(): void
  /** Call it after a rollback. */
  invalidateAll(): void
  /** Limits the size of the cache. Call it between transactions. */
  trim(): void
}

/** An access takes up to 600 bytes (ids have at most 70 characters), and a tail 100: 14 MB in total. */
const maxCached = 20_000

export function createWriterCache(): WriterCache {
  const accesses = new Map<string, CacheableAccess>()
  const tails = new Map<number, LogTail>()
  // User ids contain no spaces, so keys are unique.
  const accessKey = (botRowId: number, userId: string, conversationId: string): string =>
    `${botRowId} ${userId} ${conversationId}`
  const invalidateAll = (): void => {
    accesses.clear()
    tails.clear()
  }
  return {
    access: (botRowId, userId, conversationId) => accesses.get(accessKey(botRowId, userId, conversationId)),
    setAccess: (botRowId, access) => {
      if (access.conversation && access.isParticipant)
        accesses.set(accessKey(botRowId, access.user.id, access.conversation.id), access)
    },
    tail: (conversationRowId) => tails.get(conversationRowId),
    setTail: (conversationRowId, tail) => {
      tails.set(conversationRowId, tail)
    },
    invalidateAccesses: () => {
      accesses.clear()
    },
    invalidateAll,
    // Clears both, as a cached record without its newer tail would be outdated.
    trim: () => {
      if (accesses.size > maxCached || tails.size > maxCached) invalidateAll()
    },
  }
}
