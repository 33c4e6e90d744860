import { ChatError, isChatError, type UserSignal } from '@parley/core'
import {
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  type Observable,
  retry,
  share,
  Subject,
  switchMap,
  tap,
} from 'rxjs'
import type { ConversationSource, SourceItem } from '../stream/stream-source.ts'
import { clockTimer } from '../time/retry-policy.ts'
import { runOnTrigger } from '../time/run-on-trigger.ts'
import { createReducedState } from '../time/state.ts'
import type { ConversationContext } from './conversation-context.ts'
import type { History } from './history.ts'
import type { ConversationConnection } from './live-conversation.ts'
import type { Outbox } from './outbox.ts'
import type { Typing } from './typing.ts'

/** A new connection announces all open streams within this time. */
const announcementTimeoutMs = 2_000

/** Connects a conversation to its source while subscribed. */
export interface SourceConnection {
  /** Replays the latest value. */
  readonly connection$: Observable<ConversationConnection>
  readonly signals$: Observable<UserSignal>
  /** The user has left the conversation: closes the connection. */
  leave: () => void
  /** Emits the same values, and stays connected while subscribed. */
  keepConnected: <T>(values$: Observable<T>) => Observable<T>
}

export interface SourceConnectionOptions {
  source: ConversationSource
  history: Pick<History, 'sync'>
  outbox: Pick<Outbox, 'setActive'>
  typing: Pick<Typing, 'track'>
  disconnectDelayMs: number
}

export function createSourceConnection(
  context: Omit<ConversationContext, 'me' | 'id'>,
  { source, history, outbox, typing, disconnectDelayMs }: SourceConnectionOptions,
): SourceConnection {
  const { clock, retryNow$, timeline } = context
  const state = createReducedState(reduceConnection, initialState)
  const connection$ = state.value$.pipe(
    map(({ connection }) => connection),
    distinctUntilChanged(),
  )
  const signals$ = new Subject<UserSignal>()
  const left$ = new Subject<void>()

  function deliver(item: SourceItem): void {
    // Streams are stale before the next connection opens: a listing may already contain the stored message.
    if (item.type === 'status') timeline.dispatch({ type: 'streams_stale' })
    if (item.type !== 'signal') return
    signals$.next(item.signal)
    timeline.dispatch(item.signal)
  }

  async function sync(signal: AbortSignal): Promise<void> {
    const { gapCount } = state.value
    await history.sync(signal)
    state.dispatch({ type: 'synced', gapCount })
  }

  const connected$ = source.items$.pipe(
    tap(throwIfClosed),
    tap(deliver),
    tap((item) => state.dispatch(item)),
    connect((items$) =>
      merge(
        typing.track(
          items$.pipe(
            filter(isSignal),
            map(({ signal }) => signal),
          ),
        ),
        items$.pipe(
          filter(({ type }) => type === 'ready'),
          switchMap(() => clockTimer(clock, announcementTimeoutMs)),
          tap(() => timeline.dispatch({ type: 'streams_announced' })),
        ),
        runOnTrigger(context, {
          trigger$: merge(
            items$.pipe(filter((item) => mayMeanGap(item) && hasGap(state.value))),
            left$.pipe(map(throwLeft)),
          ),
          work: sync,
        }),
      ),
    ),
    retry({
      delay: (error: unknown) => {
        const closed$ = defer(() => {
          state.dispatch({ type: 'closed', cause: error })
          return EMPTY
        })
        // Merged after `retryNow$`, so that a subscriber may call `reconnectNow` during this emission.
        return merge(retryNow$, closed$)
      },
    }),
  )
  const online$ = connection$.pipe(
    map((connection) => connection.state === 'online'),
    distinctUntilChanged(),
    filter(Boolean),
    tap(() => retryNow$.next()),
  )
  const run$ = defer(() => {
    outbox.setActive(true)
    return merge(online$, connected$)
  }).pipe(
    finalize(() => {
      state.dispatch({ type: 'disconnected' })
      outbox.setActive(false)
    }),
    ignoreElements(),
    share({ resetOnRefCountZero: () => clockTimer(clock, disconnectDelayMs) }),
  )
  return {
    connection$,
    signals$,
    leave: () => left$.next(),
    keepConnected: (values$) => merge(values$, run$),
  }
}

interface ConnectionState {
  readonly connection: ConversationConnection
  /** The number of possible gaps. A sync closes only those from before it started. */
  readonly gapCount: number
  readonly closedGapCount: number
}

type ConnectionAction =
  | SourceItem
  /** A sync has closed this many gaps. */
  | { type: 'synced'; gapCount: number }
  | { type: 'closed'; cause: unknown }
  | { type: 'disconnected' }

const connecting: ConversationConnection = { state: 'connecting', isSynced: false }
/** A gap: nothing is listed yet. */
const initialState: ConnectionState = { connection: connecting, gapCount: 1, closedGapCount: 0 }

const hasGap = ({ gapCount, closedGapCount }: ConnectionState): boolean => closedGapCount < gapCount

function reduceConnection(state: ConnectionState, action: ConnectionAction): ConnectionState {
  switch (action.type) {
    case 'status':
      // The status becomes `online` with `ready`, which tells whether signals were missed.
      return action.status.state === 'online'
        ? state
        : { ...state, connection: { ...action.status, isSynced: false } }
    case 'ready':
    case 'possible_gap':
    case 'signal': {
      if (!mayMeanGap(action)) return state
      const isGap = hasGap(state) || action.type !== 'ready' || action.ready.state !== 'resumed'
      const next = { ...state, gapCount: state.gapCount + (isGap ? 1 : 0) }
      return withIsSynced(next, action.type === 'ready')
    }
    case 'synced':
      return withIsSynced({ ...state, closedGapCount: action.gapCount }, false)
    case 'closed':
      return {
        ...state,
        connection: {
          state: 'closed',
          isSynced: false,
          ...(isChatError(action.cause) && { cause: action.cause }),
        },
      }
    case 'disconnected':
      return { ...state, connection: connecting }
  }
}

/** An unchanged connection remains the same object. */
function withIsSynced(state: ConnectionState, isReady: boolean): ConnectionState {
  const { connection } = state
  const isOnline = isReady || connection.state === 'online'
  const isSynced = isOnline && !hasGap(state)
  if (!isOnline || (connection.state === 'online' && connection.isSynced === isSynced)) return state
  return { ...state, connection: { state: 'online', isSynced } }
}

/** Signals of conversations concern the user's participation, which listing shows. */
function mayMeanGap(item: SourceItem): boolean {
  if (item.type === 'signal') return item.signal.type.startsWith('conversation_')
  return item.type !== 'status'
}

function isSignal(item: SourceItem): item is Extract<SourceItem, { type: 'signal' }> {
  return item.type === 'signal'
}

function throwIfClosed(item: SourceItem): void {
  // oxlint-disable-next-line typescript/only-throw-error -- caught above; undefined only after unsubscription
  if (item.type === 'status' && item.status.state === 'closed') throw item.status.cause
}

function throwLeft(): never {
  const message = 'Unable to read the conversation; you left it. Ask its owner to add you again.'
  throw new ChatError('Forbidden', message)
}
