import type { ConnectedUser } from '@parley/core'
import { defer, filter, merge, type Observable, share, switchMap, tap } from 'rxjs'
import { resolveTabCoordinator } from '../tabs/resolve-tab-coordinator.ts'
import type { TabCoordinator } from '../tabs/tab-coordinator.ts'
import type { ConversationSource, SourceItem } from './conversation-source.ts'
import { getConversationId } from './get-conversation-id.ts'
import { createStreamSnapshot } from './stream-snapshot.ts'
import { createStreamSource, type ResumeCursor } from './stream-source.ts'

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
export function forConversation(
  items$: Observable<SourceItem>,
  conversationId: string,
): Observable<SourceItem> {
  return items$.pipe(
    filter(
      (item) =>
        item.type !== 'signal' || (getConversationId(item.signal) ?? conversationId) === conversationId,
    ),
  )
}
