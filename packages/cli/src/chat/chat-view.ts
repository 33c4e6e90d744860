import type { Clock, User } from '@parley/core'
import type { ChatMessage, ConversationConnection, LiveConversation } from '@parley/rx'
import { combineLatest, filter, map, merge, type Observable, scan, startWith, takeUntil } from 'rxjs'
import { clockTimer } from './clock-timer.ts'

/** The current state of a conversation, as shown to the user. */
export interface ChatView {
  readonly messages: readonly ChatMessage[]
  readonly connection: ConversationConnection
  readonly typing: readonly string[]
  /** Whether a message of the bot is streaming. */
  readonly isAnswering: boolean
  readonly participants: readonly User[]
  /** Whether the conversation has been synced at least once. Messages that appear later are new. */
  readonly isLoaded: boolean
}

/** After this time, messages are shown even if the participants' names are not loaded. */
const participantsTimeoutMs = 2_000

export function observeChatView(conversation: LiveConversation, clock: Clock): Observable<ChatView> {
  const { messages$, connection$, typing$, isAnswering$ } = conversation
  const participants$ = conversation.participants$.pipe(
    filter(({ isLoading }) => !isLoading),
    map(({ participants }) => participants),
  )
  const timeout$ = clockTimer(clock, participantsTimeoutMs).pipe(
    map(() => []),
    takeUntil(participants$),
  )
  const participantsOrTimeout$: Observable<readonly User[] | undefined> = merge(participants$, timeout$).pipe(
    startWith(undefined),
  )
  return combineLatest({
    messages: messages$,
    connection: connection$,
    typing: typing$,
    isAnswering: isAnswering$,
    participants: participantsOrTimeout$,
  }).pipe(
    scan<
      Omit<ChatView, 'participants' | 'isLoaded'> & { participants: readonly User[] | undefined },
      ChatView | undefined
    >((previous, { participants, ...view }) => {
      const isLoaded = previous?.isLoaded === true || (view.connection.isSynced && participants !== undefined)
      return { ...view, participants: participants ?? [], isLoaded }
    }, undefined),
    filter((view) => view !== undefined),
    map((view) => view),
  )
}
