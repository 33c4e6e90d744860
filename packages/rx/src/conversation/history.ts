import { isChatError, type Message } from '@parley/core'
import { getListingInfo } from '../source/listing-info.ts'
import { createMutex } from '../time/mutex.ts'
import { createState, type State } from '../time/state.ts'
import { comparePositions, startPosition, type Position } from '../timeline/chunks.ts'
import type { ConversationContext } from './conversation-context.ts'
import type { HistoryState } from './live-conversation.ts'

/** The number of newest messages to compare with the server after a possible gap. */
const minComparedCount = 100
/** The limit of one backfill. Older missed messages become history, which is loaded on request. */
const maxBackfillCount = 1_000

export interface History {
  readonly history$: State<HistoryState>
  /** Whether messages have been listed or were provided. */
  readonly isLoaded$: State<boolean>
  /** Backfills the gap: lists from the newest message down to the last synced one. The first sync lists one page. */
  sync: (signal: AbortSignal) => Promise<void>
  /** Lists enough of the newest messages to find one that was sent just before. */
  refreshNewest: () => Promise<void>
  loadOlder: () => Promise<void>
}

/** The end of the listed messages. */
interface PageCursor {
  /** The server's token for the next page; undefined if there are no older messages. */
  token: string | undefined
  before: Position
}

export function createHistory(
  { me, id, timeline }: ConversationContext,
  { pageSize, isLoaded }: { pageSize: number; isLoaded: boolean },
): History {
  const history$ = createState<HistoryState>({ hasOlder: false, isLoading: false })
  const isLoaded$ = createState(isLoaded)
  /** The newest message below which nothing is missing. */
  let syncedTo: Position | undefined = timeline.value.stored.at(-1)
  /** The cursor of the next older page. */
  let older: PageCursor | undefined
  /** One listing at a time: the late response of an earlier one could bring back a message deleted since. */
  const runExclusive = createMutex()
  let loading: Promise<void> | undefined

  function publish(error?: unknown): void {
    history$.next({
      hasOlder: older?.token !== undefined,
      isLoading: loading !== undefined,
      ...(isChatError(error) && { error }),
    })
  }

  /** Lists from the newest message down to `syncedTo`, or the one page after `from`. */
  async function list(from: PageCursor | undefined, minCount: number, signal?: AbortSignal): Promise<void> {
    const snapshot = timeline.value
    const messages: Message[] = []
    const hasReached = (position: Position | undefined): boolean => {
      const last = messages.at(-1)
      return !position || (last !== undefined && comparePositions(last, position) <= 0)
    }
    const isEnough = (): boolean =>
      messages.length >= minCount &&
      hasReached(syncedTo) &&
      (messages.length >= minComparedCount || hasReached(snapshot.stored[0]))
    const limit = !from && (syncedTo || minCount) ? minComparedCount : pageSize
    const { pageLimit, bots } = await getListingInfo(me, { limit, signal })
    timeline.dispatch({ type: 'senders_loaded', senders: bots })

    let token = from?.token
    do {
      const page = await me.listMessages(
        {
          conversationId: id,
          ...(token && { nextToken: token }),
          ...pageLimit,
        },
        { signal },
      )
      messages.push(...page.messages)
      const { nextToken } = page.meta
      // Guards against a repeated `nextToken`.
      token = nextToken === token ? undefined : nextToken
    } while (!from && token !== undefined && messages.length < maxBackfillCount && !isEnough())

    const isEnd = token === undefined || (!from && !hasReached(syncedTo))
    const before = messages.at(-1) ?? from?.before ?? startPosition
    if (!from) syncedTo = messages[0] ?? startPosition
    if (from || !older || isEnd || comparePositions(before, older.before) < 0) {
      older = { token, before }
      publish()
    }
    timeline.dispatch({ type: 'page', messages, snapshot, before: from?.before, isEnd })
    isLoaded$.next(true)
  }

  return {
    history$,
    isLoaded$,
    sync: (signal) => runExclusive(() => list(undefined, 0, signal)),
    refreshNewest: () => runExclusive(() => list(undefined, minComparedCount)),
    loadOlder() {
      if (!loading) {
        loading = runExclusive(async () => {
          if (!older || older.token !== undefined) await list(older, 0)
        }).finally(() => (loading = undefined))
        publish()
        // Prevents an unhandled rejection; `history$` contains the error.
        loading.then(publish, publish)
      }
      return loading
    },
  }
}
