import {
  isChatError,
  systemClock,
  type ConnectedUser,
  type ConnectionStatus,
  type Conversation,
  type Message,
  type NoSchemas,
  type UserSignal,
} from '@parley/core'
import {
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
  take,
  tap,
} from 'rxjs'
import { conversationOf } from '../source/conversation-of.ts'
import type { SourceItem } from '../source/conversation-source.ts'
import { orElse } from '../source/or-else.ts'
import { pageLimit } from '../source/page-limit.ts'
import { userStreamOf } from '../source/user-stream.ts'
import { hold } from '../time/hold.ts'
import { rerun } from '../time/rerun.ts'
import { createState } from '../time/state.ts'
import { after, persist } from '../time/waiting.ts'
import { wakes } from '../time/wakes.ts'
import { order } from '../timeline/position.ts'
import type { Inbox, InboxConversation, InboxOptions } from './inbox.ts'
import { createReadMarks } from './read-marks.ts'
import { addMessage, countUnread, createRow, isEnough, removeMessage, setListed, type Row } from './row.ts'

type CreatedMessage = Extract<UserSignal, { type: 'message_created' }>['data']

/** Opens the inbox of a user. Nothing happens until one of its observables is subscribed to; all share one connection. */
export function openInbox<Schemas = NoSchemas>(
  me: ConnectedUser<Schemas>,
  options?: InboxOptions,
): Inbox<Schemas>
export function openInbox(me: ConnectedUser, options: InboxOptions = {}): Inbox {
  const { pollMs = 30_000, disconnectDelayMs = 500, clock = systemClock, random = Math.random } = options
  const stream = userStreamOf(me, options.tabs)
  const marks = createReadMarks(options, `parley:read:${me.url}:${me.user.id}`)
  const wake$ = new Subject<void>()
  const waiting = { clock, random, wake$ }
  /** The state of the stream; listing may fail independently. */
  let status: ConnectionStatus = { state: 'connecting' }
  const connection$ = createState<ConnectionStatus>({ state: 'connecting' })
  const conversations$ = createState<readonly InboxConversation[] | undefined>(undefined)
  const relist$ = new Subject<void>()
  const load$ = new Subject<Row>()
  let rows = new Map<string, Row>()
  /**
   * Conversations that the user has just joined, with the time of the first message since then; empty until there is
   * one.
   */
  const joined = new Map<string, string>()
  /** Conversations that were removed while the listing runs. */
  const removed = new Set<string>()
  let inView: readonly string[] = []
  let isPolling = false

  function publish(): void {
    const list = [...rows.values()].map((row) => shownOf(row))
    conversations$.next(
      list.sort(
        (one, other) =>
          order(other.conversation.updatedAt, one.conversation.updatedAt) || order(one.id, other.id),
      ),
    )
    loadInView()
  }

  function loadInView(): void {
    for (const id of inView) {
      const row = rows.get(id)
      if (!row || row.sinceLoading || row.loadedTo === row.conversation.updatedAt) continue
      row.loadedTo = row.conversation.updatedAt
      row.sinceLoading = { created: [], deleted: new Set() }
      load$.next(row)
    }
  }

  function shownOf(row: Row): InboxConversation {
    const { conversation, newest, isLoaded, readTo } = row
    const { id } = conversation
    const lastMessage = newest.at(-1)
    row.readTo = marks.of(id)
    if (row.shown && row.readTo === readTo) return row.shown
    return (row.shown = {
      id,
      conversation,
      ...(lastMessage && { lastMessage }),
      ...(isLoaded && countUnread(row, me.user.id)),
    })
  }

  async function list(signal: AbortSignal): Promise<void> {
    removed.clear()
    const listed: Conversation[] = []
    const limit = await pageLimit(me, { limit: 100, signal })
    for await (const each of me.listConversations.all(limit, { signal })) listed.push(each)
    const present = listed.filter(({ id }) => !removed.has(id))
    await marks.list(present.map(({ id, updatedAt }) => ({ id, updatedAt, isJoined: joined.has(id) })))
    const next = new Map<string, Row>()
    for (const conversation of present) {
      const { id, updatedAt } = conversation
      if (removed.has(id)) continue
      hearFirst(id, joined.get(id))
      const row = rows.get(id) ?? createRow(conversation, me.user.id)
      // Somebody may have written since it was listed.
      if (row.conversation.updatedAt < updatedAt) {
        row.conversation = conversation
        delete row.shown
      }
      next.set(id, row)
    }
    rows = next
    if (isPolling) status = { state: 'online' }
    connection$.next(status)
    publish()
  }

  async function load(row: Row, signal: AbortSignal): Promise<void> {
    const { id } = row.conversation
    const messages: Message[] = []
    let nextToken: string | undefined
    do {
      const asked: string | undefined = nextToken
      const page = await me.listMessages(
        { conversationId: id, ...(asked !== undefined && { nextToken: asked }) },
        { signal },
      )
      messages.push(...page.messages)
      // Guards against a repeated `nextToken`.
      nextToken = page.meta.nextToken === asked ? undefined : page.meta.nextToken
    } while (nextToken !== undefined && !isEnough(messages, marks.of(id)))
    setListed(row, messages, nextToken !== undefined)
    delete row.shown
  }

  function hear(item: SourceItem): void {
    if (item.type === 'status') {
      isPolling = false
      status = item.status
      if (status.state !== 'closed') connection$.next(status)
    } else if (item.type === 'signal') hearSignal(item.signal)
    else if (item.type === 'doubt' || item.ready.state !== 'resumed') {
      doubtRows()
      relist$.next()
    }
  }

  function doubtRows(): void {
    for (const row of rows.values()) row.loadedTo = ''
  }

  function hearSignal(signal: UserSignal): void {
    const id = conversationOf(signal) ?? ''
    if (signal.type === 'conversation_removed') {
      joined.delete(id)
      removed.add(id)
      if (rows.delete(id)) publish()
    }
    const row = rows.get(id)
    if (signal.type === 'conversation_added') {
      joined.set(id, '')
      if (row) marks.put([id, row.conversation.updatedAt])
    }
    if (signal.type === 'message_created') hearMessage(id, row, signal.data)
    else if (signal.type === 'message_deleted' && row) removeMessage(row, signal.data.id)
    else if (signal.type.startsWith('conversation_')) return relist$.next()
    else return
    if (!row) return
    delete row.shown
    publish()
  }

  function hearMessage(id: string, row: Row | undefined, created: CreatedMessage): void {
    const { isBot: _, ...message } = created
    if (!row) {
      if (!joined.get(id)) joined.set(id, message.createdAt)
      return relist$.next()
    }
    if (joined.has(id)) hearFirst(id, message.createdAt)
    addMessage(row, message)
  }

  /** Messages older than the first one from the stream were written before the user joined. */
  function hearFirst(id: string, createdAt: string | undefined): void {
    if (!createdAt) return
    joined.delete(id)
    if (createdAt <= marks.of(id)) marks.put([id, justBefore(createdAt)])
  }

  function close(cause: unknown): Observable<never> {
    connection$.next({ state: 'closed', ...(isChatError(cause) && { cause }) })
    return EMPTY
  }

  const listing$ = rerun(waiting, { trigger$: relist$, work: list, onFailure: close })
  const loading$ = load$.pipe(
    mergeMap(
      (row) =>
        persist(waiting, (signal) => load(row, signal)).pipe(
          catchError(() => EMPTY),
          tap({
            complete() {
              delete row.sinceLoading
              publish()
            },
          }),
        ),
      4,
    ),
  )

  const polling$ = defer(() => {
    isPolling = true
    relist$.next()
    return merge(after(clock, pollMs), wake$, wakes())
  }).pipe(take(1), ignoreElements(), repeat())

  const marking$ = marks.others$.pipe(tap(publish))
  // Starts to wait before it emits: a subscriber may call `reconnectNow` at once.
  const closed$ = defer(() => {
    connection$.next(status)
    return EMPTY
  })
  const live$ = orElse(stream.items$, () => polling$).pipe(
    tap(hear),
    repeat({ delay: () => merge(wake$, closed$) }),
  )
  const working$ = defer(() => {
    // What was being loaded when the last one left did not come.
    for (const row of rows.values()) delete row.sinceLoading
    doubtRows()
    return merge(listing$, loading$, marking$, live$)
  })
  const held$ = hold(working$, after(clock, disconnectDelayMs))

  return {
    conversations$: merge(conversations$.value$.pipe(filter((each) => each !== undefined)), held$),
    connection$: merge(connection$.value$, held$),
    show(ids) {
      inView = ids
      loadInView()
    },
    markRead(id) {
      const row = rows.get(id)
      const readTo = row?.newest.at(-1)?.createdAt ?? row?.conversation.updatedAt ?? ''
      joined.delete(id)
      if (readTo <= marks.of(id)) return
      marks.set([id, readTo])
      publish()
    },
    reconnectNow() {
      // Listing alone may have failed permanently.
      if (connection$.value.state === 'closed') relist$.next()
      stream.wake()
      wake$.next()
    },
  }
}

/** Messages of one conversation differ by at least a millisecond. */
function justBefore(createdAt: string): string {
  return new Date(Date.parse(createdAt) - 1).toISOString()
}
