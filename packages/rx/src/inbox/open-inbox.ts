import {
  isChatError,
  systemClock,
  type ConnectedUser,
  type ConnectionStatus,
  type Conversation,
  type NoSchemas,
  type UserSignal,
} from '@parley/core'
import {
  BehaviorSubject,
  catchError,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  repeat,
  Subject,
  switchMap,
  take,
  tap,
} from 'rxjs'
import { conversationOf } from '../source/conversation-of.ts'
import type { SourceItem } from '../source/conversation-source.ts'
import { orElse } from '../source/or-else.ts'
import { userStreamOf } from '../source/user-stream.ts'
import { hold } from '../time/hold.ts'
import { after, persist } from '../time/waiting.ts'
import { wakes } from '../time/wakes.ts'
import { fold } from '../timeline/fold.ts'
import { order } from '../timeline/position.ts'
import { emptyTimeline, type Timeline } from '../timeline/timeline.ts'
import type { Inbox, InboxConversation, InboxOptions } from './inbox.ts'
import { createReadMarks } from './read-marks.ts'

interface Row {
  conversation: Conversation
  timeline: Timeline
  /** The activity up to which its newest page was loaded. */
  loadedTo?: string
  shown?: InboxConversation
}

/** Opens the inbox of a user. Nothing happens until one of its observables is subscribed to; all share one connection. */
export function openInbox<Schemas = NoSchemas>(
  me: ConnectedUser<Schemas>,
  options?: InboxOptions,
): Inbox<Schemas>
export function openInbox(me: ConnectedUser, options: InboxOptions = {}): Inbox {
  const { pollMs = 30_000, graceMs = 500, clock = systemClock, random = Math.random } = options
  const stream = userStreamOf(me, options.tabs)
  const marks = createReadMarks(options, `parley:read:${me.url}:${me.user.id}`)
  const wake$ = new Subject<void>()
  const waiting = { clock, random, wake$ }
  const connection$ = new BehaviorSubject<ConnectionStatus>({ state: 'connecting' })
  const conversations$ = new BehaviorSubject<readonly InboxConversation[] | undefined>(undefined)
  const relist$ = new Subject<void>()
  const load$ = new Subject<Row>()
  let rows = new Map<string, Row>()
  let inView: readonly string[] = []
  let isPolling = false

  function publish(): void {
    const list = [...rows.values()].map((row) => (row.shown ??= shownOf(row)))
    conversations$.next(
      list.sort(
        (one, other) =>
          order(other.conversation.updatedAt, one.conversation.updatedAt) || order(one.id, other.id),
      ),
    )
    for (const id of inView) {
      const row = rows.get(id)
      if (!row || row.loadedTo === row.conversation.updatedAt) continue
      row.loadedTo = row.conversation.updatedAt
      load$.next(row)
    }
  }

  function showAnew(id: string): void {
    const row = rows.get(id)
    if (!row) return
    delete row.shown
    publish()
  }

  function shownOf({ conversation, timeline, loadedTo }: Row): InboxConversation {
    const { id } = conversation
    const lastMessage = timeline.sent.at(-1)
    const isUnread = ({ createdAt, userId }: { createdAt: string; userId: string }): boolean =>
      userId !== me.user.id && createdAt > marks.of(id)
    return {
      id,
      conversation,
      ...(lastMessage && { lastMessage }),
      ...(loadedTo !== undefined && { unread: timeline.sent.filter(isUnread).length }),
    }
  }

  async function list(signal: AbortSignal): Promise<void> {
    const listed: Conversation[] = []
    for await (const each of me.listConversations.all({}, { signal })) listed.push(each)
    await marks.load(listed.reduce((newest, { updatedAt }) => (updatedAt > newest ? updatedAt : newest), ''))
    const next = new Map<string, Row>()
    for (const conversation of listed) {
      const { id, updatedAt } = conversation
      const row = rows.get(id) ?? { conversation, timeline: emptyTimeline(id, me.user.id) }
      // Somebody may have written since it was listed.
      if (row.conversation.updatedAt < updatedAt) {
        row.conversation = conversation
        delete row.shown
      }
      next.set(id, row)
    }
    rows = next
    if (isPolling) connection$.next({ state: 'online' })
    publish()
  }

  async function load(row: Row, signal: AbortSignal): Promise<void> {
    const { conversation, timeline: asked } = row
    const { messages } = await me.listMessages({ conversationId: conversation.id }, { signal })
    row.timeline = fold(row.timeline, { type: 'page', messages, asked, isEnd: true })
    delete row.shown
    publish()
  }

  function hear(item: SourceItem): void {
    if (item.type === 'status') {
      isPolling = false
      connection$.next(item.status)
    } else if (item.type === 'signal') hearSignal(item.signal)
    else if (item.type === 'doubt' || item.ready.state !== 'resumed') {
      doubtRows()
      relist$.next()
    }
  }

  function doubtRows(): void {
    for (const row of rows.values()) row.loadedTo &&= ''
  }

  function hearSignal(signal: UserSignal): void {
    const id = conversationOf(signal) ?? ''
    if (signal.type === 'conversation_removed' && rows.delete(id)) {
      publish()
      // It may be in a list that is under way.
      relist$.next()
    }
    const row = rows.get(id)
    if (!row) {
      if (signal.type === 'conversation_added' || signal.type === 'message_created') relist$.next()
      return
    }
    if (!/^message_(created|deleted)$/.test(signal.type)) return
    row.timeline = fold(row.timeline, signal)
    const updatedAt = row.timeline.sent.at(-1)?.createdAt ?? ''
    if (updatedAt > row.conversation.updatedAt) {
      if (row.loadedTo === row.conversation.updatedAt) row.loadedTo = updatedAt
      row.conversation = { ...row.conversation, updatedAt }
    }
    delete row.shown
    publish()
  }

  function close(cause: unknown): Observable<never> {
    connection$.next({ state: 'closed', ...(isChatError(cause) && { cause }) })
    return EMPTY
  }

  const listing$ = relist$.pipe(switchMap(() => persist(waiting, list).pipe(catchError(close))))
  const loading$ = load$.pipe(
    mergeMap((row) => persist(waiting, (signal) => load(row, signal)).pipe(catchError(() => EMPTY)), 4),
  )

  const polling$ = defer(() => {
    isPolling = true
    relist$.next()
    return merge(after(clock, pollMs), wake$, wakes())
  }).pipe(take(1), ignoreElements(), repeat())

  const marking$ = marks.others$.pipe(tap(([id]) => showAnew(id)))
  const live$ = orElse(stream.items$, () => {
    // What was being loaded when the last one left did not come.
    doubtRows()
    return polling$
  }).pipe(tap(hear), repeat({ delay: () => wake$ }))
  const held$ = hold(merge(listing$, loading$, marking$, live$), after(clock, graceMs))

  return {
    conversations$: merge(conversations$.pipe(filter((each) => each !== undefined)), held$),
    connection$: merge(connection$, held$),
    show(ids) {
      inView = ids
      if (conversations$.value) publish()
    },
    markRead(id) {
      const row = rows.get(id)
      if (!row) return
      marks.set([id, row.timeline.sent.at(-1)?.createdAt ?? row.conversation.updatedAt])
      showAnew(id)
    },
    tryNow() {
      stream.wake()
      wake$.next()
    },
  }
}
