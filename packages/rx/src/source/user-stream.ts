import type { ConnectedUser } from '@parley/core'
import { defer, filter, merge, type Observable, share, switchMap, tap } from 'rxjs'
import { tabsOf } from '../tabs/load-tabs.ts'
import type { Tabs } from '../tabs/tabs.ts'
import { conversationOf } from './conversation-of.ts'
import type { ConversationSource, SourceItem } from './conversation-source.ts'
import { createStanding } from './standing.ts'
import { createStreamSource, type Place } from './stream-source.ts'

const streams = new WeakMap<object, ConversationSource>()

/** The one stream of all conversations of a user, shared by all that listen. Who comes late is told first how it stands. */
export function userStreamOf<Schemas>(
  me: ConnectedUser<Schemas>,
  tabs: Tabs | false | undefined,
): ConversationSource {
  const stream = streams.get(me) ?? createUserStream(me as unknown as ConnectedUser, tabs)
  streams.set(me, stream)
  return stream
}

function createUserStream(me: ConnectedUser, option: Tabs | false | undefined): ConversationSource {
  const place: Place = {}
  const own = createStreamSource(me.listenUser, place)
  let standing = createStanding()
  let source = own

  const live$ = defer(() => tabsOf(option)).pipe(
    switchMap((tabs) => {
      source = tabs?.shareStream(me, { own, place }) ?? own
      return source.items$
    }),
    tap({
      next: (item) => standing.hear(item),
      finalize() {
        standing = createStanding()
        // What happens while nobody listens is listed by those who come: they left at different times.
        place.id = undefined
      },
    }),
    share(),
  )
  return {
    items$: defer(() => merge(standing.items(), live$)),
    wake: () => source.wake(),
  }
}

/** The part of it that concerns one conversation. */
export function partOf(items$: Observable<SourceItem>, conversationId: string): Observable<SourceItem> {
  return items$.pipe(
    filter(
      (item) => item.type !== 'signal' || (conversationOf(item.signal) ?? conversationId) === conversationId,
    ),
  )
}
