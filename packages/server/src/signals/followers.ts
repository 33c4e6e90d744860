import type { UserListener } from './listener.ts'

/**
 * Which streams of users follow which conversation.
 *
 * Kept by conversation, so that publishing an entry asks no storage who takes part, and one of a conversation that nobody follows
 * costs one look-up. A user's stream costs about 100 bytes for each of their conversations.
 */
export interface Followers {
  add(listener: UserListener): void
  /** False if it was not there. */
  remove(listener: UserListener): boolean
  /** Nothing, if the listener is not there any more: nobody would take it away again. */
  follow(listener: UserListener, conversationKey: number): void
  unfollow(listener: UserListener, conversationKey: number): void
  of(conversationKey: number): readonly UserListener[]
  /** All streams of a user. */
  by(userKey: number): readonly UserListener[]
  all(): Iterable<UserListener>
}

export function createFollowers(): Followers {
  // Arrays: most hold one, for which a set would take four times as much.
  const byConversation = new Map<number, UserListener[]>()
  const byUser = new Map<number, UserListener[]>()

  return {
    add: (listener) => {
      put(byUser, listener.userKey, listener)
      for (const key of listener.conversationKeys) put(byConversation, key, listener)
    },
    remove: (listener) => {
      if (!take(byUser, listener.userKey, listener)) return false
      for (const key of listener.conversationKeys) take(byConversation, key, listener)
      return true
    },
    follow: (listener, conversationKey) => {
      const isThere = byUser.get(listener.userKey)?.includes(listener) ?? false
      if (!isThere || listener.conversationKeys.has(conversationKey)) return
      listener.conversationKeys.add(conversationKey)
      put(byConversation, conversationKey, listener)
    },
    unfollow: (listener, conversationKey) => {
      if (listener.conversationKeys.delete(conversationKey)) take(byConversation, conversationKey, listener)
    },
    of: (conversationKey) => byConversation.get(conversationKey) ?? [],
    by: (userKey) => byUser.get(userKey) ?? [],
    all: () => [...byUser.values()].flat(),
  }
}

function put(map: Map<number, UserListener[]>, key: number, listener: UserListener): void {
  const listeners = map.get(key)
  if (listeners) listeners.push(listener)
  else map.set(key, [listener])
}

/** Makes a new array: who is going through the old one goes on undisturbed. */
function take(map: Map<number, UserListener[]>, key: number, listener: UserListener): boolean {
  const listeners = map.get(key) ?? []
  const others = listeners.filter((other) => other !== listener)
  if (others.length === 0) map.delete(key)
  else map.set(key, others)
  return others.length < listeners.length
}
