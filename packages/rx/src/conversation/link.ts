import { isChatError, type ConnectionStatus, type UserSignal } from '@parley/core'
import { catchError, defer, EMPTY, filter, merge, type Observable, repeat, Subject, tap } from 'rxjs'
import type { ConversationSource, SourceItem } from '../source/conversation-source.ts'
import { hold } from '../time/hold.ts'
import { rerun } from '../time/rerun.ts'
import { createState, type State } from '../time/state.ts'
import { after } from '../time/waiting.ts'
import type { Context } from './context.ts'
import type { History } from './history.ts'
import type { ConversationConnection } from './live-conversation.ts'
import type { Outbox } from './outbox.ts'
import type { Typing } from './typing.ts'

/** So long after a connection opened, all that is still being written has been announced. */
const announcedMs = 2_000

/** What connects a conversation with its source, as long as anybody looks. */
export interface Link {
  readonly connection$: State<ConversationConnection>
  readonly signals$: Subject<UserSignal>
  /** Values, with the connection held while they are subscribed to. */
  live: <T>(values$: Observable<T>) => Observable<T>
}

export interface LinkOptions {
  source: ConversationSource
  history: History
  outbox: Outbox
  typing: Typing
  disconnectDelayMs: number
}

export function createLink(context: Context, options: LinkOptions): Link {
  const { clock, wake$, take } = context
  const { source, history, outbox, typing, disconnectDelayMs } = options
  const connecting = { state: 'connecting', isSynced: false } as const
  const connection$ = createState<ConversationConnection>(connecting)
  const signals$ = new Subject<UserSignal>()
  /** Something may be missing from what is shown. */
  let isStale = true
  /** How often something may have gone missing. */
  let doubts = 0
  /** Why the source ended. */
  let cause: unknown
  let stopAnnouncing = (): void => {}

  function tell(status: ConnectionStatus): void {
    const { state, isSynced } = connection$.value
    const isOnline = status.state === 'online'
    const next = { ...status, isSynced: isOnline && !isStale }
    if (isOnline && state === 'online' && isSynced === next.isSynced) return
    connection$.next(next)
    if (isOnline && state !== 'online') wake$.next()
  }

  /** Returns whether what is shown is to be compared with what the server has. */
  function hear(item: SourceItem): boolean {
    if (item.type === 'status') {
      // oxlint-disable-next-line typescript/only-throw-error -- caught below; without a cause only where nobody listens any more
      if (item.status.state === 'closed') throw item.status.cause
      // Also before the next connection is open: a list may bring the whole of a message before it is said who is still writing.
      take({ type: 'doubt' })
      // Whether what is shown is still in sync, only the opening of a new connection says.
      if (item.status.state !== 'online') tell(item.status)
      return false
    }
    if (item.type === 'signal') {
      const { signal } = item
      signals$.next(signal)
      take(signal)
      typing.hear(signal)
      // Whether the conversation is still this user's, the list says.
      if (!signal.type.startsWith('conversation_')) return false
    }
    if (item.type === 'ready') {
      stopAnnouncing()
      stopAnnouncing = clock.after(announcedMs, () => take({ type: 'announced' }))
    }
    isStale ||= item.type !== 'ready' || item.ready.state !== 'resumed'
    if (isStale) doubts++
    tell(item.type === 'ready' ? { state: 'online' } : connection$.value)
    return isStale
  }

  async function sync(signal: AbortSignal): Promise<void> {
    const before = doubts
    await history.sync(signal)
    if (before === doubts) isStale = false
  }

  // Starts to wait before it emits: a subscriber may call `reconnectNow` at once.
  const closed$ = defer(() => {
    tell({ state: 'closed', ...(isChatError(cause) && { cause }) })
    return EMPTY
  })

  const working$ = rerun(context, { trigger$: source.items$.pipe(filter(hear)), work: sync }).pipe(
    tap(() => tell(connection$.value)),
    catchError((error: unknown) => {
      cause = error
      return EMPTY
    }),
    repeat({ delay: () => merge(wake$, closed$) }),
    tap({
      subscribe: () => outbox.watch(true),
      finalize() {
        stopAnnouncing()
        connection$.next(connecting)
        typing.clear()
        outbox.watch(false)
      },
    }),
  )
  const held$ = hold(working$, after(clock, disconnectDelayMs))
  return { connection$, signals$, live: (values$) => merge(values$, held$) }
}
