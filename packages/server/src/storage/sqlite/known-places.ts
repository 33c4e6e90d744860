import type { KeyedAccess } from '../../domain/reads.ts'

/** Where the log of a conversation stands. */
export interface Head {
  readonly number: number
  readonly at: number
  /** When its conversation was last updated. */
  readonly updatedAt: number
}

/**
 * What the writing thread has found out and need not ask the database again, as it alone changes it: who takes part where, and where
 * each log stands. Only what is so is remembered, never that something is not there: what is made later contradicts nothing.
 */
export interface KnownPlaces {
  access(botKey: number, userId: string, conversationId: string): KeyedAccess | undefined
  keepAccess(botKey: number, access: KeyedAccess): void
  head(conversationKey: number): Head | undefined
  keepHead(conversationKey: number, head: Head): void
  /** To be called for whatever changes or ends what an access says. Heads stay: a command may hold a record that is older. */
  forgetAccesses(): void
  /** To be called when a transaction was undone. */
  forgetAll(): void
  /** Makes room; to be called between transactions. */
  trim(): void
}

/** An access takes up to 600 bytes and a head 100, as ids have at most 70 characters: 14 MB at most. */
const mostRemembered = 20_000

export function createKnownPlaces(): KnownPlaces {
  const accesses = new Map<string, KeyedAccess>()
  const heads = new Map<number, Head>()
  // The id of a user has no space in it, so that no two triples have one name.
  const nameOf = (botKey: number, userId: string, conversationId: string): string =>
    `${botKey} ${userId} ${conversationId}`
  const forgetAll = (): void => {
    accesses.clear()
    heads.clear()
  }
  return {
    access: (botKey, userId, conversationId) => accesses.get(nameOf(botKey, userId, conversationId)),
    keepAccess: (botKey, access) => {
      if (access.conversation && access.isParticipant)
        accesses.set(nameOf(botKey, access.user.id, access.conversation.id), access)
    },
    head: (conversationKey) => heads.get(conversationKey),
    keepHead: (conversationKey, head) => {
      heads.set(conversationKey, head)
    },
    forgetAccesses: () => {
      accesses.clear()
    },
    forgetAll,
    // Both at once: a record that is remembered is as old as when it was read, and its head newer.
    trim: () => {
      if (accesses.size > mostRemembered || heads.size > mostRemembered) forgetAll()
    },
  }
}
