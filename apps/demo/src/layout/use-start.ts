import type { ConnectedUser } from '@parley/core'
import type { InboxConversation } from '@parley/rx'
import { useEffect } from 'react'
import { goTo } from './go-to.ts'
import type { PageStorage } from './page-storage.ts'
import type { Route } from './route.ts'

export interface StartOptions {
  me: ConnectedUser
  storage: PageStorage
  route: Route
  conversations: readonly InboxConversation[] | undefined
  /** One that is about to go. */
  goingId: string | undefined
}

/** A new visitor comes into a conversation where the bot greets; others go on with the one that has the newest activity. */
export function useStart({ me, storage, route, conversations, goingId }: StartOptions): void {
  const newest = conversations?.find(({ id }) => id !== goingId)?.id
  const isNew = conversations?.length === 0 && storage.getItem(placeOf(me)) === null
  const isPicking = route.page === 'start' || (route.page === 'conversations' && isWide())

  useEffect(() => {
    if (!isNew) return
    // The same id wherever it is made: in another tab as well, and when an effect runs twice.
    const id = `welcome-${me.user.id.slice(-62)}`
    const from = location.hash
    me.getOrCreateConversation({ id }).then(
      () => {
        storage.setItem(placeOf(me), 'yes')
        // Whoever has gone somewhere else meanwhile finds it in the list.
        if (location.hash === from) goTo({ page: 'conversation', id }, { isReplaced: true })
      },
      // The list offers to start one.
      () => {},
    )
  }, [me, storage, isNew])

  useEffect(() => {
    if (isPicking && newest !== undefined) goTo({ page: 'conversation', id: newest }, { isReplaced: true })
  }, [isPicking, newest])
}

function placeOf({ user }: ConnectedUser): string {
  return `parley-demo:greeted:${user.id}`
}

/** Whether the list and a conversation stand side by side. */
export function isWide(): boolean {
  return matchMedia('(min-width: 48rem)').matches
}
