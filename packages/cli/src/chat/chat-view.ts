import type { Clock, User } from '@parley/core'
import type { ChatMessage, ConversationConnection, LiveConversation } from '@parley/rx'
import { combineLatest, filter, map, merge, type Observable, scan, startWith, takeUntil } from 'rxjs'
import { clockTimer } from './clock-timer.ts'

/** All that there is to show of a conversation now. */
export interface ChatView {
  readonly messages: readonly ChatMessage[]
  readonly connection: ConversationConnection
  readonly typing: readonly string[]
  readonly participants: readonly User[]
  /** What is shown was what the server has, once at least: from here on messages are new ones. */
  readonly isLoaded: boolean
}

/** Names are waited for that long; without them messages are shown all the same. */
const namesMs = 2_000

export function observeChatView(conversation: LiveConversation, clock: Clock): Observable<ChatView> {
  const { messages$, connection$, typing$, participants$ } = conversation
  const nobody$ = clockTimer(clock, namesMs).pipe(
    map(() => []),
    takeUntil(participants$),
  )
  const named$: Observable<readonly User[] | undefined> = merge(participants$, nobody$).pipe(
    startWith(undefined),
  )
  return combineLatest({ messages: messages$, connection: connection$, typing: typing$, named: named$ }).pipe(
    scan<
      Omit<ChatView, 'participants' | 'isLoaded'> & { named: readonly User[] | undefined },
      ChatView | undefined
    >((former, { named, ...view }) => {
      const isLoaded = former?.isLoaded === true || (view.connection.isSynced && named !== undefined)
      return { ...view, participants: named ?? [], isLoaded }
    }, undefined),
    filter((view) => view !== undefined),
    map((view) => view),
  )
}
