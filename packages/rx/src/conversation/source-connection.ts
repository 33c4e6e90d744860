import { ChatError, isChatError, type ConnectionStatus, type UserSignal } from '@parley/core'
import { catchError, defer, EMPTY, filter, map, merge, type Observable, repeat, Subject, tap } from 'rxjs'
import type { ConversationSource, SourceItem } from '../stream/stream-source.ts'
import { clockTimer } from '../time/retry-policy.ts'
import { runOnTrigger } from '../time/run-on-trigger.ts'
import { runWhileSubscribed } from '../time/run-while-subscribed.ts'
import { createState, type State } from '../time/state.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import type { History } from './history.ts'
import type { ConversationConnection } from './live-conversation.ts'
import type { Outbox } from './outbox.ts'
import type { Typing } from './typing.ts'

/** A new connection announces all open streams within this time. */
const announcementTimeoutMs = 2_000

/** Connects a conversation to its source while subscribed. */
export interface SourceConnection {
  readonly connection$: State<ConversationConnection>
  readonly signals$: Subject<UserSignal>
  /** The user has left the conversation: closes the connection. */
  leave: () => void
  /** Emits the same values, and stays connected while subscribed. */
  keepConnected: <T>(values$: Observable<T>) => Observable<T>
}

export interface SourceConnectionOptions {
  source: ConversationSource
  history: History
  outbox: Outbox
  typing: Typing
  disconnectDelayMs: number
}

export function createSourceConnection(
  dependencies: ConversationDependencies,
  options: SourceConnectionOptions,
): SourceConnection {
  const { clock, retryNow$, dispatch } = dependencies
  const { source, history, outbox, typing, disconnectDelayMs } = options
  const connecting = { state: 'connecting', isSynced: false } as const
  const connection$ = createState<ConversationConnection>(connecting)
  const signals$ = new Subject<UserSignal>()
  const left$ = new Subject<void>()
  /** True until a sync succeeds. */
  let mayHaveGap = true
  /** Counts possible gaps: a sync covers only those from before it started. */
  let gapCount = 0
  let closeCause: unknown
  let stopAnnouncementTimer = (): void => {}

  function setStatus(status: ConnectionStatus): void {
    const { state, isSynced } = connection$.value
    const isOnline = status.state === 'online'
    const next = { ...status, isSynced: isOnline && !mayHaveGap }
    if (isOnline && state === 'online' && isSynced === next.isSynced) return
    connection$.next(next)
    if (isOnline && state !== 'online') retryNow$.next()
  }

  /** Returns whether to sync. */
  function handleItem(item: SourceItem): boolean {
    if (item.type === 'status') {
      // oxlint-disable-next-line typescript/only-throw-error -- caught below; undefined only after unsubscription
      if (item.status.state === 'closed') throw item.status.cause
      // Streams are stale before the next connection opens: a listing may already contain the stored message.
      dispatch({ type: 'streams_stale' })
      // The status becomes `online` with `ready`, which tells whether signals were missed.
      if (item.status.state !== 'online') setStatus(item.status)
      return false
    }
    if (item.type === 'signal') {
      const { signal } = item
      signals$.next(signal)
      dispatch(signal)
      typing.handleSignal(signal)
      // Listing shows whether the user is still a participant.
      if (!signal.type.startsWith('conversation_')) return false
    }
    if (item.type === 'ready') {
      stopAnnouncementTimer()
      stopAnnouncementTimer = clock.after(announcementTimeoutMs, () =>
        dispatch({ type: 'streams_announced' }),
      )
    }
    mayHaveGap ||= item.type !== 'ready' || item.ready.state !== 'resumed'
    if (mayHaveGap) gapCount++
    setStatus(item.type === 'ready' ? { state: 'online' } : connection$.value)
    return mayHaveGap
  }

  async function sync(signal: AbortSignal): Promise<void> {
    const coveredCount = gapCount
    await history.sync(signal)
    if (coveredCount === gapCount) mayHaveGap = false
  }

  // Merged after `retryNow$`, so that a subscriber may call `reconnectNow` during this emission.
  const closed$ = defer(() => {
    setStatus({ state: 'closed', ...(isChatError(closeCause) && { cause: closeCause }) })
    return EMPTY
  })

  const work$ = runOnTrigger(dependencies, {
    trigger$: merge(source.items$.pipe(filter(handleItem)), left$.pipe(map(throwLeft))),
    work: sync,
  }).pipe(
    tap(() => setStatus(connection$.value)),
    catchError((error: unknown) => {
      closeCause = error
      return EMPTY
    }),
    repeat({ delay: () => merge(retryNow$, closed$) }),
    tap({
      subscribe: () => outbox.setActive(true),
      finalize() {
        stopAnnouncementTimer()
        connection$.next(connecting)
        typing.clear()
        outbox.setActive(false)
      },
    }),
  )
  const run$ = runWhileSubscribed(work$, clockTimer(clock, disconnectDelayMs))
  return {
    connection$,
    signals$,
    leave: () => left$.next(),
    keepConnected: (values$) => merge(values$, run$),
  }
}

function throwLeft(): never {
  throw new ChatError(
    'Forbidden',
    'Unable to read the conversation; you left it. Ask its owner to add you again.',
  )
}
