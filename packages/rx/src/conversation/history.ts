import { isChatError, type ConnectedUser, type Message } from '@parley/core'
import { BehaviorSubject } from 'rxjs'
import { compare, type Position } from '../timeline/position.ts'
import type { PageInput } from '../timeline/timeline-input.ts'
import type { Timeline } from '../timeline/timeline.ts'
import type { Older } from './living-conversation.ts'

/** So many of the newest are compared with what is shown when signals may have been lost. */
const comparedCount = 100
/** More than that were missed: they become older messages, to be loaded when they are wanted. */
const maxMissed = 1_000
const beginning: Position = { createdAt: '', id: '' }

export interface History {
  readonly older$: BehaviorSubject<Older>
  /** Lists the newest messages, down to where nothing can be missing; the first time, one page. */
  sync: (options: { signal?: AbortSignal; atLeast?: number }) => Promise<void>
  loadOlder: () => Promise<void>
  /** Nothing is missing up to this one. */
  advance: (position: Position) => void
}

export interface HistoryOptions {
  me: ConnectedUser
  pageSize: number
  state: () => Timeline
  take: (input: PageInput) => void
}

export function createHistory({ me, pageSize, state, take }: HistoryOptions): History {
  const { conversationId } = state()
  const older$ = new BehaviorSubject<Older>({ hasOlder: false, isLoading: false })
  /** Up to here nothing is missing. */
  let anchor: Position | undefined
  let older: { token: string | undefined; below: Position } | undefined
  let turns: Promise<unknown> = Promise.resolve()
  let loading: Promise<void> | undefined

  /** Lists one after the other: an earlier answer that comes later would bring back what was deleted between them. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turns.then(work)
    turns = done.catch(() => {})
    return done
  }

  async function list(nextToken: string | undefined, limit: number, signal?: AbortSignal) {
    const hello = await me.hello({ signal }).catch(() => undefined)
    const { messages, meta } = await me.listMessages(
      {
        conversationId,
        ...(nextToken !== undefined && { nextToken }),
        ...(hello?.abilities.includes('limit') && { limit }),
      },
      { signal },
    )
    // A server that names the same page again would never end.
    return { messages, token: meta.nextToken === nextToken ? undefined : meta.nextToken }
  }

  function setOlder(token: string | undefined, below: Position): void {
    older = { token, below }
    older$.next({ hasOlder: token !== undefined, isLoading: older$.value.isLoading })
  }

  const sync: History['sync'] = ({ signal, atLeast = 0 }) =>
    inTurn(async () => {
      const asked = state()
      const oldestShown = asked.sent[0]
      const messages: Message[] = []
      const isBelow = (position: Position | undefined): boolean => {
        const last = messages.at(-1)
        return !position || (last !== undefined && compare(last, position) <= 0)
      }
      let token: string | undefined
      do {
        signal?.throwIfAborted()
        const page = await list(token, anchor || atLeast ? comparedCount : pageSize, signal)
        messages.push(...page.messages)
        token = page.token
      } while (
        token !== undefined &&
        messages.length < maxMissed &&
        (messages.length < atLeast ||
          !isBelow(anchor) ||
          (messages.length < comparedCount && !isBelow(oldestShown)))
      )

      const isEnd = token === undefined
      const isBeyondGap = !isEnd && !isBelow(anchor)
      const last = messages.at(-1) ?? beginning
      anchor = messages[0] ?? beginning
      if (!older || isEnd || isBeyondGap || compare(last, older.below) < 0) setOlder(token, last)
      take({ type: 'page', messages, asked, isEnd, isBeyondGap })
    })

  async function loadPage(): Promise<void> {
    older$.next({ hasOlder: older$.value.hasOlder, isLoading: true })
    try {
      if (!older) return await sync({})
      await inTurn(async () => {
        const { token, below } = older ?? {}
        if (token === undefined) return
        const asked = state()
        const page = await list(token, pageSize)
        setOlder(page.token, page.messages.at(-1) ?? below ?? beginning)
        take({ type: 'page', messages: page.messages, asked, below, isEnd: page.token === undefined })
      })
    } catch (error) {
      if (isChatError(error)) older$.next({ ...older$.value, error })
      throw error
    } finally {
      older$.next({ ...older$.value, isLoading: false })
    }
  }

  return {
    older$,
    sync,
    loadOlder() {
      loading ??= loadPage().finally(() => (loading = undefined))
      // Who does not look at the promise finds the failure in `older$`.
      loading.catch(() => {})
      return loading
    },
    advance(position) {
      if (anchor && compare(position, anchor) > 0) anchor = position
    },
  }
}
