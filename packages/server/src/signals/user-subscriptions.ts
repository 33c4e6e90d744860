import type { UserListener } from './listeners.ts'

/** All streams of a user on this server, and the conversations of the user. */
export interface UserSubscription {
  readonly userRowId: number
  readonly listeners: Set<UserListener>
  /** The conversations of the user, as of the latest published entry. Shared by all streams of the user. */
  readonly conversationRowIds: ReadonlySet<number>
}

/**
 * Indexes the users with open streams by their conversations.
 *
 * Publishing an entry needs no read from the storage. For a conversation without subscribers, it costs one lookup. A
 * user with open streams costs about 100 bytes per conversation, whatever the number of streams.
 */
export interface UserSubscriptions {
  add(listener: UserListener): UserSubscription
  remove(listener: UserListener): void
  /**
   * Loads the conversations of the user, if they are not loaded yet. All streams of the user share one read.
   *
   * @param read - Reads them from the storage. Entries that are published during the read also take effect.
   */
  load(userRowId: number, read: () => Promise<readonly number[]>): Promise<void>
  joinConversation(userRowId: number, conversationRowId: number): void
  leaveConversation(userRowId: number, conversationRowId: number): void
  subscribersOf(conversationRowId: number): Iterable<UserSubscription>
}

interface MutableSubscription extends UserSubscription {
  readonly conversationRowIds: Set<number>
  loading: Promise<void> | undefined
  /** Conversations that the user left during the read. */
  left: Set<number> | undefined
}

export function createUserSubscriptions(): UserSubscriptions {
  // Most conversations have a single subscriber; a set would take four times the memory.
  const byConversation = new Map<number, MutableSubscription | Set<MutableSubscription>>()
  const byUser = new Map<number, MutableSubscription>()

  const addToIndex = (subscription: MutableSubscription, conversationRowId: number): void => {
    const found = byConversation.get(conversationRowId)
    if (found === undefined) byConversation.set(conversationRowId, subscription)
    else if (found instanceof Set) found.add(subscription)
    else if (found !== subscription) byConversation.set(conversationRowId, new Set([found, subscription]))
  }
  const removeFromIndex = (subscription: MutableSubscription, conversationRowId: number): void => {
    const found = byConversation.get(conversationRowId)
    if (found instanceof Set) found.delete(subscription)
    if (found === subscription || (found instanceof Set && found.size === 0))
      byConversation.delete(conversationRowId)
  }
  const subscribe = (subscription: MutableSubscription, conversationRowId: number): void => {
    subscription.conversationRowIds.add(conversationRowId)
    addToIndex(subscription, conversationRowId)
  }

  return {
    add: (listener) => {
      const { userRowId } = listener
      const subscription: MutableSubscription = byUser.get(userRowId) ?? {
        userRowId,
        listeners: new Set(),
        conversationRowIds: new Set(),
        loading: undefined,
        left: undefined,
      }
      byUser.set(userRowId, subscription)
      subscription.listeners.add(listener)
      return subscription
    },
    remove: (listener) => {
      const subscription = byUser.get(listener.userRowId)
      if (!subscription?.listeners.delete(listener) || subscription.listeners.size > 0) return
      byUser.delete(listener.userRowId)
      for (const rowId of subscription.conversationRowIds) removeFromIndex(subscription, rowId)
    },
    load: async (userRowId, read) => {
      const subscription = byUser.get(userRowId)
      if (!subscription) return
      subscription.loading ??= (async () => {
        const left = (subscription.left = new Set())
        const rowIds = await read()
        subscription.left = undefined
        // Otherwise, the last stream of the user has closed.
        if (byUser.get(userRowId) !== subscription) return
        for (const rowId of rowIds) if (!left.has(rowId)) subscribe(subscription, rowId)
      })()
      try {
        await subscription.loading
      } catch (error) {
        subscription.loading = undefined
        throw error
      }
    },
    joinConversation: (userRowId, conversationRowId) => {
      const subscription = byUser.get(userRowId)
      if (!subscription) return
      subscription.left?.delete(conversationRowId)
      subscribe(subscription, conversationRowId)
    },
    leaveConversation: (userRowId, conversationRowId) => {
      const subscription = byUser.get(userRowId)
      if (!subscription) return
      subscription.left?.add(conversationRowId)
      if (subscription.conversationRowIds.delete(conversationRowId))
        removeFromIndex(subscription, conversationRowId)
    },
    subscribersOf: (conversationRowId) => {
      const found = byConversation.get(conversationRowId)
      if (found === undefined) return []
      return found instanceof Set ? found : [found]
    },
  }
}
