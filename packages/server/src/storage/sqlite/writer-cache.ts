import type { CacheableAccess } from '../../domain/queries.ts'

/** Where the log of a conversation stands. */
export interface LogTail {
  readonly seq: number
  readonly at: number
  /** When its conversation was last updated. */
  readonly updatedAt: number
}

/**
 * What the writing thread has found out and need not ask the database again, as it alone changes it: who takes part where, and where
 * each log stands. Only what is so is remembered, never that something is not there: what is made later contradicts nothing.
 */
export interface WriterCache {
  access(botRowId: number, userId: string, conversationId: string): CacheableAccess | undefined
  setAccess(botRowId: number, access: CacheableAccess): void
  tail(conversationRowId: number): LogTail | undefined
  setTail(conversationRowId: number, head: LogTail): void
  /** To be called for whatever changes or ends what an access says. Heads stay: a command may hold a record that is older. */
  invalidateAccesses(): void
  /** To be called when a transaction was undone. */
  invalidateAll(): void
  /** Makes room; to be called between transactions. */
  trim(): void
}

/** An access takes up to 600 bytes and a head 100, as ids have at most 70 characters: 14 MB at most. */
const maxCached = 20_000

export function createWriterCache(): WriterCache {
  const accesses = new Map<string, CacheableAccess>()
  const heads = new Map<number, LogTail>()
  // The id of a user has no space in it, so that no two triples have one name.
  const nameOf = (botRowId: number, userId: string, conversationId: string): string =>
    `${botRowId} ${userId} ${conversationId}`
  const forgetAll = (): void => {
    accesses.clear()
    heads.clear()
  }
  return {
    access: (botRowId, userId, conversationId) => accesses.get(nameOf(botRowId, userId, conversationId)),
    setAccess: (botRowId, access) => {
      if (access.conversation && access.isParticipant)
        accesses.set(nameOf(botRowId, access.user.id, access.conversation.id), access)
    },
    tail: (conversationRowId) => heads.get(conversationRowId),
    setTail: (conversationRowId, head) => {
      heads.set(conversationRowId, head)
    },
    invalidateAccesses: () => {
      accesses.clear()
    },
    invalidateAll: forgetAll,
    // Both at once: a record that is remembered is as old as when it was read, and its head newer.
    trim: () => {
      if (accesses.size > maxCached || heads.size > maxCached) forgetAll()
    },
  }
}
