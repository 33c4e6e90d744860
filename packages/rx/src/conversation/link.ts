import { isChatError, type ConnectionStatus, type UserSignal } from '@parley/core'
import {
  BehaviorSubject,
  defer,
  filter,
  finalize,
  merge,
  type Observable,
  repeat,
  Subject,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs'
import type { ConversationSource, SourceItem } from '../source/conversation-source.ts'
import { hold } from '../time/hold.ts'
import { persist, type Waiting } from '../time/waiting.ts'
import type { Connection } from './living-conversation.ts'

/** What connects a conversation with its source, as long as anybody looks. */
export interface Link {
  readonly connection$: BehaviorSubject<Connection>
  /** Counts the connections that began anew; 0 as long as there was none. */
  readonly fresh$: BehaviorSubject<number>
  readonly signals$: Subject<UserSignal>
  /** Values, with the connection held while they are subscribed to. */
  live: <T>(values$: Observable<T>) => Observable<T>
}

export interface LinkOptions {
  source: ConversationSource
  waiting: Waiting
  /** Emits when it is worth trying again at once. */
  wake$: Subject<void>
  graceMs: number
  /** Compares what is shown with what the server has. */
  compare: (signal: AbortSignal) => Promise<void>
  onStart: () => void
  onReady: () => void
  /** `isGapless`: nothing is missing before it. */
  onSignal: (signal: UserSignal, isGapless: boolean) => void
  onEnd: () => void
}

export function createLink(options: LinkOptions): Link {
  const { source, waiting, wake$, graceMs, compare, onStart, onReady, onSignal, onEnd } = options
  const connecting = { state: 'connecting', isInSync: false } as const
  const connection$ = new BehaviorSubject<Connection>(connecting)
  const fresh$ = new BehaviorSubject(0)
  const signals$ = new Subject<UserSignal>()
  const doubt$ = new Subject<void>()
  /** Something may be missing from what is shown. */
  let isStale = true
  /** The server replays what is missed, so that the stream has all that happens. */
  let canResume = false

  function tell(status: ConnectionStatus): void {
    const { state, isInSync } = connection$.value
    const next = { ...status, isInSync: status.state === 'online' && !isStale }
    if (state === 'online' && next.state === 'online' && isInSync === next.isInSync) return
    connection$.next(next)
    if (state !== 'online' && next.state === 'online') wake$.next()
  }

  function doubt(): void {
    isStale = true
    tell(connection$.value)
    doubt$.next()
  }

  function hear(item: SourceItem): void {
    if (item.type === 'status') tell(item.status)
    else if (item.type === 'doubt') doubt()
    else if (item.type === 'ready') {
      canResume = item.ready.id !== undefined
      onReady()
      if (item.ready.state !== 'resumed') fresh$.next(fresh$.value + 1)
      if (item.ready.state !== 'resumed' || isStale) doubt()
      else tell(connection$.value)
    } else {
      const { signal } = item
      signals$.next(signal)
      onSignal(signal, canResume && connection$.value.isInSync)
      // Whether the conversation is still this user's, the list says.
      if (signal.type === 'conversation_added' || signal.type === 'conversation_removed') doubt()
    }
  }

  const comparing$ = doubt$.pipe(
    switchMap(() =>
      persist(waiting, compare, (cause) => tell({ state: 'closed', ...(isChatError(cause) && { cause }) })),
    ),
    tap(() => {
      isStale = false
      tell(connection$.value)
    }),
  )

  const connected$ = defer(() => {
    connection$.next(connecting)
    return merge(comparing$, source.items$.pipe(tap(hear))).pipe(
      takeUntil(connection$.pipe(filter(({ state }) => state === 'closed'))),
    )
  }).pipe(repeat({ delay: () => wake$ }))

  const held$ = hold(
    () => {
      onStart()
      return connected$
        .pipe(
          finalize(() => {
            connection$.next(connecting)
            onEnd()
          }),
        )
        .subscribe()
    },
    { clock: waiting.clock, graceMs },
  )

  return { connection$, fresh$, signals$, live: (values$) => merge(values$, held$) }
}
