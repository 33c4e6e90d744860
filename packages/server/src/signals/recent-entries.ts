/**
 * The newest message or event of each user in each conversation, for a second after its publication.
 *
 * Uses a monotonic clock instead of the times of entries, which may be in the future after the system clock was ahead.
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
  /** Two generations: the older one is dropped once all its entries have expired. */
  let older = new Map<string, Recent>()
  let newer = new Map<string, Recent>()
  let newerSince = -Infinity
  const getMapKey = (conversationRowId: number, userRowId: number): string =>
    `${conversationRowId} ${userRowId}`

  return {
    add: ({ conversationRowId, userRowId, seq }) => {
      const at = monotonicNow()
      if (at - newerSince > recentMs) {
        older = newer
        newer = new Map()
        newerSince = at
      }
      newer.set(getMapKey(conversationRowId, userRowId), { seq, at })
    },
    latestSeq: (conversationRowId, userRowId) => {
      const mapKey = getMapKey(conversationRowId, userRowId)
      const recent = newer.get(mapKey) ?? older.get(mapKey)
      return recent && monotonicNow() - recent.at < recentMs ? recent.seq : undefined
    },
  }
}
