/**
 * The newest message or event of each user in each conversation, for a second after it was published.
 *
 * Its age is measured by a clock that never jumps: times of entries rise within a conversation, so that they stay in
 * the future after the clock was ahead once.
 */
export interface RecentEntries {
  add(entry: { readonly conversationKey: number; readonly userKey: number; readonly number: number }): void
  /** The number of that entry; undefined if there is none. */
  newestOf(conversationKey: number, userKey: number): number | undefined
}

interface Recent {
  readonly number: number
  readonly at: number
}

const recentMs = 1_000

export function createRecentEntries(monotonicNow: () => number): RecentEntries {
  /** Two generations: the older is dropped as a whole, once all of it is too old. */
  let older = new Map<string, Recent>()
  let newer = new Map<string, Recent>()
  let newerSince = -Infinity
  const nameOf = (conversationKey: number, userKey: number): string => `${conversationKey} ${userKey}`

  return {
    add: ({ conversationKey, userKey, number }) => {
      const at = monotonicNow()
      if (at - newerSince > recentMs) {
        older = newer
        newer = new Map()
        newerSince = at
      }
      newer.set(nameOf(conversationKey, userKey), { number, at })
    },
    newestOf: (conversationKey, userKey) => {
      const name = nameOf(conversationKey, userKey)
      const recent = newer.get(name) ?? older.get(name)
      return recent && monotonicNow() - recent.at < recentMs ? recent.number : undefined
    },
  }
}
