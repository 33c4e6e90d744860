import { type ChatError, isChatError, type UserSignal } from '@parley/core'
import {
  connect,
  defer,
  distinctUntilChanged,
  distinctUntilKeyChanged,
  EMPTY,
  filter,
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
  /** The user has left or deleted the conversation: closes the connection with this error. */
  close: (error: ChatError) => void
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
  const left$ = new Subject<SourceItem>()

  function deliver(item: SourceItem): void {
    // Streams are stale before the next connection opens: a listing may already contain the stored message.
    if (item.type === 'status') timeline.dispatch({ type: 'streams_stale' })
    if (item.type === 'signal') {
      signals$.next(item.signal)
      timeline.dispatch(item.signal)
    }
    state.dispatch(item)
  }

  async function sync(signal: AbortSignal): Promise<void> {
    const { gap } = state.value
    await history.sync(signal)
    state.dispatch({ type: 'synced', gap })
  }

  const connected$ = merge(source.items$, left$).pipe(
    tap(throwIfClosed),
    tap(deliver),
    connect((items$) =>
      merge(
        typing.track(signals$),
        items$.pipe(
          filter(({ type }) => type === 'ready'),
          switchMap(() => clockTimer(clock, announcementTimeoutMs)),
          tap(() => timeline.dispatch({ type: 'streams_announced' })),
        ),
        runOnTrigger(context, {
          trigger$: items$.pipe(filter((item) => item === state.value.gap)),
          work: sync,
        }),
      ),
    ),
    retry({
      delay: (error: unknown) => {
        const closed$ = defer(() => {
          const status = { state: 'closed', ...(isChatError(error) && { cause: error }) } as const
          state.dispatch({ type: 'status', status })
          return EMPTY
        })
        // Merged after `retryNow$`, so that a subscriber may call `reconnectNow` during this emission.
        return merge(retryNow$, closed$)
      },
    }),
  )
  const online$ = connection$.pipe(
    distinctUntilKeyChanged('state'),
    filter(({ state }) => state === 'online'),
    tap(() => retryNow$.next()),
  )
  const run$ = merge(online$, connected$).pipe(
    tap({
      subscribe: () => outbox.setActive(true),
      finalize() {
        state.dispatch({ type: 'status', status: { state: 'connecting' } })
        outbox.setActive(false)
      },
    }),
    ignoreElements(),
    share({ resetOnRefCountZero: () => clockTimer(clock, disconnectDelayMs) }),
  )
  return {
    connection$,
    signals$,
    close: (cause) => left$.next({ type: 'status', status: { state: 'closed', cause } }),
    keepConnected: (values$) => merge(values$, run$),
  }
}

interface ConnectionState {
  readonly connection: ConversationConnection
  /** The last item that may mean a gap, until a sync that started after it succeeds. */
  readonly gap: SourceItem | undefined
}

type ConnectionAction =
  | SourceItem
  /** A sync has closed this gap, but not a later one. */
  | { type: 'synced'; gap: SourceItem | undefined }

const initialState: ConnectionState = {
  connection: { state: 'connecting', isSynced: false },
  // Nothing is listed yet.
  gap: { type: 'possible_gap' },
}

function reduceConnection(state: ConnectionState, action: ConnectionAction): ConnectionState {
  const { connection, gap } = state
  if (action.type === 'status')
    // The status becomes `online` with `ready`, which tells whether signals were missed.
    return action.status.state === 'online'
      ? state
      : { gap, connection: { ...action.status, isSynced: false } }
  if (action.type === 'synced') return withGap(connection, gap === action.gap ? undefined : gap)
  // Signals of conversations concern the user's participation, which listing shows.
  if (action.type === 'signal' && !action.signal.type.startsWith('conversation_')) return state
  if (action.type !== 'ready') return withGap(connection, action)
  const isGap = gap !== undefined || action.ready.state !== 'resumed'
  const online = connection.state === 'online' ? connection : ({ state: 'online', isSynced: false } as const)
  return withGap(online, isGap ? action : undefined)
}

/** An unchanged connection remains the same object. */
function withGap(connection: ConversationConnection, gap: SourceItem | undefined): ConnectionState {
  const isSynced = gap === undefined
  const isUnchanged = connection.state !== 'online' || connection.isSynced === isSynced
  return { gap, connection: isUnchanged ? connection : { state: 'online', isSynced } }
}

function throwIfClosed(item: SourceItem): void {
  // oxlint-disable-next-line typescript/only-throw-error -- caught above; undefined only after unsubscription
  if (item.type === 'status' && item.status.state === 'closed') throw item.status.cause
}
