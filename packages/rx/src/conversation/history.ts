import { isChatError, type Message } from '@parley/core'
import { pageLimit } from '../source/page-limit.ts'
import { createQueue } from '../time/queue.ts'
import { createState, type State } from '../time/state.ts'
import { beginning, compare, type Position } from '../timeline/position.ts'
import type { Context } from './context.ts'
import type { HistoryState } from './live-conversation.ts'

/** So many of the newest are compared with what is shown when signals may have been lost. */
const comparedCount = 100
/** More than that were missed: they become older messages, to be loaded when they are wanted. */
const maxMissed = 1_000

export interface History {
  readonly history$: State<HistoryState>
  /** Lists the newest messages, down to where nothing can be missing; the first time, one page. */
  sync: (signal: AbortSignal) => Promise<void>
  /** Lists so many of the newest that one which was sent before now would be among them. */
  look: () => Promise<void>
  loadOlder: () => Promise<void>
}

/** The end of what was listed. */
interface Place {
  /** What the server gave to go on from here; undefined where there is nothing older. */
  token: string | undefined
  below: Position
}

export function createHistory({ me, id, state, take }: Context, pageSize: number): History {
  const history$ = createState<HistoryState>({ hasOlder: false, isLoading: false })
  /** Up to here nothing is missing. */
  let anchor: Position | undefined = state().sent.at(-1)
  /** Where the next older page begins. */
  let older: Place | undefined
  /** Lists come one after the other: an earlier answer that came later would bring back what was deleted between them. */
  const inTurn = createQueue()
  let loading: Promise<void> | undefined

  function tell(error?: unknown): void {
    history$.next({
      hasOlder: older?.token !== undefined,
      isLoading: loading !== undefined,
      ...(isChatError(error) && { error }),
    })
  }

  /** Lists from the newest down to where nothing can be missing, or the one page that is older than all before. */
  async function list(from: Place | undefined, atLeast: number, signal?: AbortSignal): Promise<void> {
    const asked = state()
    const messages: Message[] = []
    const isBelow = (position: Position | undefined): boolean => {
      const last = messages.at(-1)
      return !position || (last !== undefined && compare(last, position) <= 0)
    }
    const isEnough = (): boolean =>
      messages.length >= atLeast &&
      isBelow(anchor) &&
      (messages.length >= comparedCount || isBelow(asked.sent[0]))
    const limit = !from && (anchor || atLeast) ? comparedCount : pageSize

    let token = from?.token
    do {
      const page = await me.listMessages(
        {
          conversationId: id,
          ...(token && { nextToken: token }),
          ...(await pageLimit(me, { limit, signal })),
        },
        { signal },
      )
      messages.push(...page.messages)
      const { nextToken } = page.meta
      // A server that names the same page again would never end.
      token = nextToken === token ? undefined : nextToken
    } while (!from && token !== undefined && messages.length < maxMissed && !isEnough())

    const isEnd = token === undefined || (!from && !isBelow(anchor))
    const below = messages.at(-1) ?? from?.below ?? beginning
    if (!from) anchor = messages[0] ?? beginning
    if (from || !older || isEnd || compare(below, older.below) < 0) {
      older = { token, below }
      tell()
    }
    take({ type: 'page', messages, asked, below: from?.below, isEnd })
  }

  return {
    history$,
    sync: (signal) => inTurn(() => list(undefined, 0, signal)),
    look: () => inTurn(() => list(undefined, comparedCount)),
    loadOlder() {
      if (!loading) {
        loading = inTurn(async () => {
          if (!older || older.token !== undefined) await list(older, 0)
        }).finally(() => (loading = undefined))
        tell()
        // Who does not look at the promise finds the failure in `history$`.
        loading.then(tell, tell)
      }
      return loading
    },
  }
}
