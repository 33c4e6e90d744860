import type { UserListener } from './listener.ts'

/** All streams of a user on this server, and the conversations that they follow. */
export interface UserSubscription {
  readonly userKey: number
  readonly listeners: Set<UserListener>
  /** The conversations of the user, as of the latest published entry. Shared by all streams of the user. */
  readonly conversationKeys: ReadonlySet<number>
}

/**
 * Which users with open streams follow which conversation.
 *
 * Kept by conversation, so that publishing an entry asks no storage who takes part, and one of a conversation that
 * nobody follows costs one look-up. A user with open streams costs about 100 bytes for each of their conversations,
 * whatever the number of streams.
 */
export interface UserSubscriptions {
  add(listener: UserListener): UserSubscription
  /** False if it was not there. */
  remove(listener: UserListener): boolean
  /**
   * Loads the conversations of the user. Concurrent streams of the user share one read.
   *
   * @param read - Reads them from the storage. Entries that are published meanwhile are applied as well.
   */
  load(userKey: number, read: () => Promise<readonly number[]>): Promise<void>
  joinConversation(userKey: number, conversationKey: number): void
  leaveConversation(userKey: number, conversationKey: number): void
  subscribersOf(conversationKey: number): Iterable<UserSubscription>
  /** All streams of a user. */
  listenersOf(userKey: number): Iterable<UserListener>
  allListeners(): Iterable<UserListener>
}

interface MutableSubscription extends UserSubscription {
  readonly conversationKeys: Set<number>
  loading: Promise<void> | undefined
  /** Conversations that the user left while the list was read. */
  left: Set<number> | undefined
}

export function createUserSubscriptions(): UserSubscriptions {
  // Most conversations have a single follower; a set would take four times the memory.
  const byConversation = new Map<number, MutableSubscription | Set<MutableSubscription>>()
  const byUser = new Map<number, MutableSubscription>()

  const put = (follower: MutableSubscription, conversationKey: number): void => {
    const found = byConversation.get(conversationKey)
    if (found === undefined) byConversation.set(conversationKey, follower)
    else if (found instanceof Set) found.add(follower)
    else if (found !== follower) byConversation.set(conversationKey, new Set([found, follower]))
  }
  const take = (follower: MutableSubscription, conversationKey: number): void => {
    const found = byConversation.get(conversationKey)
    if (found instanceof Set) found.delete(follower)
    if (found === follower || (found instanceof Set && found.size === 0))
      byConversation.delete(conversationKey)
  }
  const follow = (follower: MutableSubscription, conversationKey: number): void => {
    follower.conversationKeys.add(conversationKey)
    put(follower, conversationKey)
  }

  return {
    add: (listener) => {
      const { userKey } = listener
      const follower: MutableSubscription = byUser.get(userKey) ?? {
        userKey,
        listeners: new Set(),
        conversationKeys: new Set(),
        loading: undefined,
        left: undefined,
      }
      byUser.set(userKey, follower)
      follower.listeners.add(listener)
      return follower
    },
    remove: (listener) => {
      const follower = byUser.get(listener.userKey)
      if (!follower?.listeners.delete(listener)) return false
      if (follower.listeners.size > 0) return true
      byUser.delete(listener.userKey)
      for (const key of follower.conversationKeys) take(follower, key)
      return true
    },
    load: async (userKey, read) => {
      const follower = byUser.get(userKey)
      if (!follower) return
      follower.loading ??= (async () => {
        const left = (follower.left = new Set())
        const keys = await read()
        follower.left = undefined
        // Otherwise the user's last stream has closed meanwhile.
        if (byUser.get(userKey) !== follower) return
        for (const key of keys) if (!left.has(key)) follow(follower, key)
      })()
      try {
        await follower.loading
      } catch (error) {
        follower.loading = undefined
        throw error
      }
    },
    joinConversation: (userKey, conversationKey) => {
      const follower = byUser.get(userKey)
      if (!follower) return
      follower.left?.delete(conversationKey)
      follow(follower, conversationKey)
    },
    leaveConversation: (userKey, conversationKey) => {
      const follower = byUser.get(userKey)
      if (!follower) return
      follower.left?.add(conversationKey)
      if (follower.conversationKeys.delete(conversationKey)) take(follower, conversationKey)
    },
    subscribersOf: (conversationKey) => {
      const found = byConversation.get(conversationKey)
      if (found === undefined) return []
      return found instanceof Set ? found : [found]
    },
    listenersOf: (userKey) => byUser.get(userKey)?.listeners ?? [],
    *allListeners() {
      for (const { listeners } of byUser.values()) yield* listeners
    },
  }
}
