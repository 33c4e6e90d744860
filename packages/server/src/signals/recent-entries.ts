/**
 * The newest message or event of each user in each conversation, for a second after it was published.
 *
 * Uses a monotonic clock: times of entries only rise within a conversation, so after the system clock was ahead, they
 * remain in the future.
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
  /** Two generations: the older one is dropped as a whole once all its entries have expired. */
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
