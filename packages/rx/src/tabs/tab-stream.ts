import type { ConnectedUser } from '@parley/core'
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
import { createKey } from '../conversation/create-key.ts'
import type { ConversationSource, SourceItem } from '../source/conversation-source.ts'
import { createStanding } from '../source/standing.ts'
import type { Place } from '../source/stream-source.ts'
import { createHeard, type Heard } from './heard.ts'
import { packItem, unpackItem, type PackedItem } from './packed-item.ts'
import { openChannel, type TabEnvironment } from './tab-environment.ts'
import { turns } from './turns.ts'

/** What tabs tell each other of the stream. A leader's time is its term; in it, the items that it tells are numbered. */
type StreamNews =
  | { type: 'ask' }
  | { type: 'wake' }
  /** How it stands after an item. `id`: the place in the stream that it has come to. */
  | { type: 'standing'; term: string; number: number; id: string | undefined; items: PackedItem[] }
  | { type: 'item'; term: string; number: number; item: PackedItem }

export interface TabStreamOptions {
  name: string
  me: ConnectedUser
  own: ConversationSource
  place: Place
}

/**
 * The user's stream, run by one tab for all. Each tab that listens waits for its turn to lead: when the leader has left, the next
 * goes on from the last signal that it heard.
 */
export function createTabStream(
  ports: TabEnvironment,
  { name, me, own, place }: TabStreamOptions,
): ConversationSource {
  let wake = own.wake

  /** As long as somebody in this tab listens. */
  const shared$ = defer(() => {
    const heard = createHeard(place)
    return ports.awake$.pipe(switchMap((isAwake) => (isAwake ? listen(heard) : NEVER)))
  })

  function listen(heard: Heard): Observable<SourceItem> {
    return new Observable((subscriber) => {
      let standing = createStanding()
      let isLeading = false
      let isAsking = true
      let term = ''
      let number = 0

      const channel = openChannel<StreamNews>(ports, name, hear)
      const emit = (items: SourceItem[]): void => items.forEach((each) => subscriber.next(each))

      function hear(news: StreamNews): void {
        if (news.type === 'wake') return isLeading ? own.wake() : undefined
        if (news.type === 'ask') return isLeading ? tellStanding() : undefined
        // What a former leader still says comes from the server as well.
        if (isLeading) return
        if (news.type === 'standing') return adopt(news)
        if (news.term === term && news.number === number + 1) {
          number++
          return emit(heard.take(unpackItem(news.item)))
        }
        if (!isAsking) ask()
      }

      function ask(): void {
        isAsking = true
        channel.tell({ type: 'ask' })
      }

      function adopt({ id, items, ...now }: Extract<StreamNews, { type: 'standing' }>): void {
        isAsking = false
        if (now.term === term && now.number === number) return
        ;({ term, number } = now)
        emit(heard.goOn(id))
        for (const item of items.map(unpackItem)) {
          const isKept = item.type === 'ready' && id !== undefined
          emit(heard.take(isKept ? { type: 'ready', ready: { ...item.ready, id, state: 'resumed' } } : item))
        }
      }

      function tellStanding(): void {
        channel.tell({ type: 'standing', term, number, id: place.id, items: standing.items().map(packItem) })
      }

      const leading$ = defer(() => {
        isLeading = true
        term = createKey()
        number = 0
        standing = createStanding()
        tellStanding()
        return own.items$
      }).pipe(
        tap((item) => {
          // Why this tab may not go on, another need not mind.
          if (isClosed(item)) return
          standing.hear(item)
          channel.tell({ type: 'item', term, number: ++number, item: packItem(item) })
        }),
        finalize(() => (isLeading = false)),
      )

      wake = () => (isLeading ? own.wake() : channel.tell({ type: 'wake' }))
      const running = merge(
        turns(ports, name).pipe(
          map(() => leading$),
          // The next leader may have told how it stands before this one learned that it had lost its turn.
          endWith(
            defer(() => {
              ask()
              return EMPTY
            }),
          ),
          switchMap((each$) => each$),
          repeat(),
        ),
        // The leader's page may be out of sight.
        ports.wake$.pipe(
          tap(() => isLeading || wake()),
          switchMap(() => EMPTY),
        ),
      ).subscribe((item) => emit(heard.take(item)))
      ask()
      return () => {
        running.unsubscribe()
        channel.close()
        wake = own.wake
      }
    })
  }

  return {
    items$: defer(() => canStream(me)).pipe(
      switchMap((can) => (can ? shared$ : own.items$)),
      takeWhile((item) => !isClosed(item), true),
    ),
    wake: () => wake(),
  }
}

function isClosed(item: SourceItem): boolean {
  return item.type === 'status' && item.status.state === 'closed'
}

/** Where it is not known, the leader finds out. */
function canStream(me: ConnectedUser): Promise<boolean> {
  return me.serverInfo().then(
    ({ capabilities }) => capabilities.includes('user-stream'),
    () => true,
  )
}
