import type { ConnectedUser, ConnectionStatus, Discontinuity } from '@parley/core'
import {
  defer,
  EMPTY,
  endWith,
  finalize,
  map,
  merge,
  NEVER,
  Observable,
  repeat,
  switchMap,
  takeWhile,
  tap,
} from 'rxjs'
import { createRandomId } from '../create-random-id.ts'
import { createStreamSnapshot } from '../stream/stream-snapshot.ts'
import type { ConversationSource, ResumeCursor, SourceItem } from '../stream/stream-source.ts'
import { deserializeError, openChannel, serializeError, type SerializedError } from './channel.ts'
import { electLeader } from './leader-election.ts'
import type { TabEnvironment } from './tab-environment.ts'

/** A term is the leadership of one tab. `count`: the number of items that the leader has sent in its term. */
type StreamMessage =
  | { type: 'get_state' }
  | { type: 'reconnect' }
  /** The state of the stream after `count` items. `id`: the position in the stream. */
  | {
      type: 'snapshot'
      term: string
      count: number
      id: string | undefined
      items: SerializedItem[]
    }
  | { type: 'item'; term: string; count: number; item: SerializedItem }

export interface TabStreamOptions {
  name: string
  me: ConnectedUser
  own: ConversationSource
  cursor: ResumeCursor
}

/**
 * The user's stream, which the leader tab holds for all tabs. When the leader leaves, the next one resumes after the
 * last signal that it received.
 */
export function createTabStream(
  environment: TabEnvironment,
  { name, me, own, cursor }: TabStreamOptions,
): ConversationSource {
  let reconnectNow = own.reconnectNow

  const shared$ = defer(() => {
    const deduper = createSignalDeduper(cursor)
    return environment.pageActive$.pipe(switchMap((isActive) => (isActive ? follow(deduper) : NEVER)))
  })

  function follow(deduper: SignalDeduper): Observable<SourceItem> {
    return new Observable((subscriber) => {
      let snapshot = createStreamSnapshot()
      let isLeader = false
      let isRequestingSnapshot = true
      let term = ''
      let count = 0

      const channel = openChannel<StreamMessage>(environment, name, handleMessage)
      const emit = (items: SourceItem[]): void => items.forEach((item) => subscriber.next(item))

      function handleMessage(message: StreamMessage): void {
        if (message.type === 'reconnect') return isLeader ? own.reconnectNow() : undefined
        if (message.type === 'get_state') return isLeader ? sendSnapshot() : undefined
        // The server sends the items of a previous leader again.
        if (isLeader) return
        if (message.type === 'snapshot') return applySnapshot(message)
        if (message.term === term && message.count === count + 1) {
          count++
          return emit(deduper.filter(deserializeItem(message.item)))
        }
        if (!isRequestingSnapshot) requestSnapshot()
      }

      function requestSnapshot(): void {
        isRequestingSnapshot = true
        channel.post({ type: 'get_state' })
      }

      function applySnapshot({ id, items, ...latest }: Extract<StreamMessage, { type: 'snapshot' }>): void {
        isRequestingSnapshot = false
        if (latest.term === term && latest.count === count) return
        ;({ term, count } = latest)
        emit(deduper.resume(id))
        for (const item of items.map(deserializeItem)) {
          const canResume = item.type === 'ready' && id !== undefined
          emit(
            deduper.filter(
              canResume ? { type: 'ready', ready: { ...item.ready, id, state: 'resumed' } } : item,
            ),
          )
        }
      }

      function sendSnapshot(): void {
        const items = snapshot.items().map(serializeItem)
        channel.post({ type: 'snapshot', term, count, id: cursor.id, items })
      }

      const leading$ = defer(() => {
        isLeader = true
        term = createRandomId()
        count = 0
        snapshot = createStreamSnapshot()
        sendSnapshot()
        return own.items$
      }).pipe(
        tap((item) => {
          // The error that closes this tab's stream may not affect the other tabs.
          if (isClosed(item)) return
          snapshot.record(item)
          channel.post({ type: 'item', term, count: ++count, item: serializeItem(item) })
        }),
        finalize(() => (isLeader = false)),
      )

      reconnectNow = () => (isLeader ? own.reconnectNow() : channel.post({ type: 'reconnect' }))
      const subscription = merge(
        electLeader(environment, name).pipe(
          map(() => leading$),
          // The next leader may have sent its snapshot before this tab learned that it is no longer the leader.
          endWith(
            defer(() => {
              requestSnapshot()
              return EMPTY
            }),
          ),
          switchMap((items$) => items$),
          repeat(),
        ),
        // The leader's page may be hidden and miss the trigger.
        environment.reconnect$.pipe(
          tap(() => isLeader || reconnectNow()),
          switchMap(() => EMPTY),
        ),
      ).subscribe((item) => emit(deduper.filter(item)))
      requestSnapshot()
      return () => {
        subscription.unsubscribe()
        channel.close()
        reconnectNow = own.reconnectNow
      }
    })
  }

  return {
    items$: defer(() => hasUserStream(me)).pipe(
      switchMap((isSupported) => (isSupported ? shared$ : own.items$)),
      takeWhile((item) => !isClosed(item), true),
    ),
    reconnectNow: () => reconnectNow(),
  }
}

function isClosed(item: SourceItem): boolean {
  return item.type === 'status' && item.status.state === 'closed'
}

/** True if the server cannot be asked now: the leader's connection attempt shows whether it supports the stream. */
function hasUserStream(me: ConnectedUser): Promise<boolean> {
  return me.serverInfo().then(
    ({ capabilities }) => capabilities.includes('user-stream'),
    () => true,
  )
}

const maxSeenCount = 1_000

/** Delivers each signal of the stream once to this tab, whichever tab leads, and reports every gap. */
interface SignalDeduper {
  /** Returns the items to deliver for a received item. */
  filter: (item: SourceItem) => SourceItem[]
  /** The stream continues after this id. Returns the items that report a gap if this tab has not seen the id. */
  resume: (id: string | undefined) => SourceItem[]
}

function createSignalDeduper(cursor: ResumeCursor): SignalDeduper {
  /** The newest ids of the stream. */
  const seen = new Set<string>()
  let hasStarted = false

  /** Returns whether the id is new. */
  function markSeen(id: string | undefined): boolean {
    if (id === undefined) return true
    if (seen.has(id)) return false
    cursor.id = id
    seen.add(id)
    const [oldest = ''] = seen
    if (seen.size > maxSeenCount) seen.delete(oldest)
    return true
  }

  return {
    filter(item) {
      if (item.type === 'signal') return markSeen(item.signal.id) ? [item] : []
      if (item.type !== 'ready') return [item]

      const { ready } = item
      markSeen(ready.id)
      if (!hasStarted) {
        hasStarted = true
        return [{ type: 'ready', ready: { ...ready, state: 'fresh' } }]
      }
      if (ready.state !== 'fresh') return [item]
      return [{ type: 'ready', ready: { ...ready, state: 'reset' } }, discontinuityItem('no_replay')]
    },
    resume: (id) =>
      hasStarted && id !== undefined && !seen.has(id)
        ? [discontinuityItem('reset'), { type: 'possible_gap' }]
        : [],
  }
}

function discontinuityItem(cause: Discontinuity['data']['cause']): SourceItem {
  return { type: 'signal', signal: { type: 'discontinuity', data: { cause } } }
}

/** An item in the format that tabs exchange. */
type SerializedItem =
  | Exclude<SourceItem, { type: 'status' }>
  | { type: 'status'; status: ConnectionStatus; cause: SerializedError | undefined }

function serializeItem(item: SourceItem): SerializedItem {
  if (item.type !== 'status') return item
  const { status } = item
  if (!('cause' in status)) return { type: 'status', status, cause: undefined }
  const { cause, ...rest } = status
  return { type: 'status', status: rest as ConnectionStatus, cause: cause && serializeError(cause) }
}

function deserializeItem(item: SerializedItem): SourceItem {
  if (item.type !== 'status') return item
  const { status, cause } = item
  return {
    type: 'status',
    status: cause ? ({ ...status, cause: deserializeError(cause) } as ConnectionStatus) : status,
  }
}
