import type { ConnectedUser, UserSignal } from '@parley/core'
import { defer, filter, merge, type Observable, share, switchMap, tap } from 'rxjs'
import { createStreamSnapshot } from '../stream/stream-snapshot.ts'
import {
  createStreamSource,
  type ConversationSource,
  type ResumeCursor,
  type SourceItem,
} from '../stream/stream-source.ts'
import { resolveTabCoordinator, type TabCoordinator } from '../tabs/tab-coordinator.ts'

const streams = new WeakMap<object, ConversationSource>()

/**
 * The stream of all conversations of a user, one per user and shared by all subscribers. A late subscriber first
 * receives a snapshot of its state.
 */
export function getUserStream<Schemas>(
  me: ConnectedUser<Schemas>,
  tabs: TabCoordinator | false | undefined,
): ConversationSource {
  const stream = streams.get(me) ?? createUserStream(me as unknown as ConnectedUser, tabs)
  streams.set(me, stream)
  return stream
}

function createUserStream(me: ConnectedUser, option: TabCoordinator | false | undefined): ConversationSource {
  const cursor: ResumeCursor = {}
  const own = createStreamSource(me.listenUser, cursor)
  let snapshot = createStreamSnapshot()
  let source = own

  const shared$ = defer(() => resolveTabCoordinator(option)).pipe(
    switchMap((tabs) => {
      source = tabs?.shareStream(me, { own, cursor }) ?? own
      return source.items$
    }),
    tap({
      next: (item) => snapshot.record(item),
      finalize() {
        snapshot = createStreamSnapshot()
        // Subscribers left at different times, so one cursor cannot cover the gap: each lists what it missed.
        cursor.id = undefined
      },
    }),
    share(),
  )
  return {
    items$: defer(() => merge(snapshot.items(), shared$)),
    reconnectNow: () => source.reconnectNow(),
  }
}

/** Only the items that concern one conversation. */
function forConversation(items$: Observable<SourceItem>, conversationId: string): Observable<SourceItem> {
  return items$.pipe(
    filter(
      (item) =>
        item.type !== 'signal' || (getConversationId(item.signal) ?? conversationId) === conversationId,
    ),
  )
}

/** The signals of one conversation: from the user's stream, or from its own stream if the server has no user stream. */
export function createSource(
  me: ConnectedUser,
  id: string,
  tabs: TabCoordinator | false | undefined,
): ConversationSource {
  const userStream = getUserStream(me, tabs)
  const own = createStreamSource((options) => me.listenConversation({ ...options, id, onGap: 'report' }))
  return {
    items$: withFallback(forConversation(userStream.items$, id), () => own.items$),
    reconnectNow() {
      userStream.reconnectNow()
      own.reconnectNow()
    },
  }
}

/** Switches to the fallback if the user's stream closes before it was open: the server does not support it. */
export function withFallback(
  items$: Observable<SourceItem>,
  createFallback: () => Observable<SourceItem>,
): Observable<SourceItem> {
  return defer(() => {
    let wasOpen = false
    return items$.pipe(
      switchMap((item) => {
        wasOpen ||= item.type === 'ready'
        return !wasOpen && item.type === 'status' && item.status.state === 'closed'
          ? createFallback()
          : [item]
      }),
    )
  })
}

interface SignalData {
  conversationId?: unknown
  message?: SignalData
  data?: SignalData
}

/** The conversation that a signal belongs to. Undefined if it concerns all conversations or does not name one. */
export function getConversationId({ data }: UserSignal): string | undefined {
  // A completed stream contains the id in its message. An unknown signal contains the whole original signal.
  const { conversationId, message, data: nested } = (data ?? {}) as SignalData
  const id = conversationId ?? (message ?? nested)?.conversationId
  return typeof id === 'string' ? id : undefined
}
