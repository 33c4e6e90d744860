import type { ConnectedUser } from '@parley/core'
import type { InboxConversation } from '@parley/rx'
import { useEffect } from 'react'
import type { PageStorage } from '../page/page-storage.ts'
import { navigate, type Route } from '../page/route.ts'

export interface InitialRouteOptions {
  me: ConnectedUser
  storage: PageStorage
  route: Route
  conversations: readonly InboxConversation[]
  /** Whether `conversations` contains all of them. */
  isLoaded: boolean
  /** The conversation that is being left or deleted. It is not opened. */
  removingId: string | undefined
}

/** Opens the conversation with the newest activity. For a new user, creates one in which the bot sends a greeting. */
export function useInitialRoute({
  me,
  storage,
  route,
  conversations,
  isLoaded,
  removingId,
}: InitialRouteOptions): void {
  const newest = conversations.find(({ id }) => id !== removingId)?.id
  const isNew = isLoaded && conversations.length === 0 && storage.getItem(getGreetedKey(me)) === null
  const shouldSelect = route.page === 'start' || (route.page === 'conversations' && isWideScreen())

  useEffect(() => {
    if (!isNew) return
    // A fixed id, so that another tab, or an effect that runs twice, creates the same conversation.
    const id = `welcome-${me.user.id.slice(-62)}`
    const initialHash = location.hash
    me.getOrCreateConversation({ id }).then(
      () => {
        storage.setItem(getGreetedKey(me), 'yes')
        // Do not interrupt a user who has navigated away; the conversation is in the list.
        if (location.hash === initialHash) navigate({ page: 'conversation', id }, { shouldReplace: true })
      },
      // The list offers a button to start one.
      () => {},
    )
  }, [me, storage, isNew])

  useEffect(() => {
    if (shouldSelect && newest !== undefined)
      navigate({ page: 'conversation', id: newest }, { shouldReplace: true })
  }, [shouldSelect, newest])
}

function getGreetedKey({ user }: ConnectedUser): string {
  return `parley-demo:greeted:${user.id}`
}

/** Whether the screen shows the list and a conversation side by side. */
export function isWideScreen(): boolean {
  return matchMedia('(min-width: 48rem)').matches
}
