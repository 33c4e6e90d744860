/**
 * The newest message or event of each user in each conversation, for a second after it was published.
 *
 * Uses a monotonic clock: times of entries only rise within a conversation, so after the system clock was ahead, they
 * remain in the future.
 */
export interface RecentEntries {
  add(entry: { readonly conversationRowId: number; readonly userRowId: number; readonly seq: number }): void
  /** The `seq` of that entry; undefined if there is none. */
  latestSeq(conversationRowId: number, userRowId: number): number | undefined
}

interface Recent {
  readonly seq: number
  readonly at: number
}

const recentMs = 1_000

export function createRecentEntries(monotonicNow: () => number): RecentEntries {
  /** Two generations: the older one is dropped as a whole once all its entries have expired. */
  let older = new Map<string, Recent>()
  let newer = new Map<string, Recent>()
  let newerSince = -Infinity
  const nameOf = (conversationRowId: number, userRowId: number): string => `${conversationRowId} ${userRowId}`

  return {
    add: ({ conversationRowId, userRowId, seq }) => {
      const at = monotonicNow()
      if (at - newerSince > recentMs) {
        older = newer
        newer = new Map()
        newerSince = at
      }
      newer.set(nameOf(conversationRowId, userRowId), { seq, at })
    },
    latestSeq: (conversationRowId, userRowId) => {
      const name = nameOf(conversationRowId, userRowId)
      const recent = newer.get(name) ?? older.get(name)
      return recent && monotonicNow() - recent.at < recentMs ? recent.seq : undefined
    },
  }
}
