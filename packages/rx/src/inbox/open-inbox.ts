import {
  isChatError,
  systemClock,
  type ConnectedUser,
  type ConnectionStatus,
  type Conversation,
  type Message,
  type NoSchemas,
  type User,
  type UserSignal,
} from '@parley/core'
import {
  catchError,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  repeat,
  share,
  Subject,
  take,
  tap,
} from 'rxjs'
import { observeLoadState } from '../conversation/load-state.ts'
import { getListingInfo } from '../source/listing-info.ts'
import { getConversationId, getUserStream, withFallback } from '../source/user-stream.ts'
import type { SourceItem } from '../stream/stream-source.ts'
import { observeReconnectTriggers, clockTimer, retryUntilSuccess } from '../time/retry-policy.ts'
import { runOnTrigger } from '../time/run-on-trigger.ts'
import { createState } from '../time/state.ts'
import type { Sender } from '../timeline/chat-message.ts'
import { compareStrings } from '../timeline/chunks.ts'
import type { Inbox, InboxConversation, InboxOptions } from './inbox.ts'
import { createReadMarkers } from './read-markers.ts'
import { addMessage, countUnread, createRow, isEnough, removeMessage, setListed, type Row } from './row.ts'

type CreatedMessage = Extract<UserSignal, { type: 'message_created' }>['data']

/** Opens the inbox of a user. Connects on the first subscription; all observables share one connection. */
export function openInbox<Schemas = NoSchemas>(
  me: ConnectedUser<Schemas>,
  options?: InboxOptions,
): Inbox<Schemas>
export function openInbox(me: ConnectedUser, options?: InboxOptions): Inbox {
  return createInbox(me, options)
}

/** @param profile$ - The user's profile whenever it has changed since `me` connected. */
export function createInbox(
  me: ConnectedUser,
  options: InboxOptions = {},
  profile$: Observable<User> = EMPTY,
): Inbox {
  const {
    pollIntervalMs = 30_000,
    disconnectDelayMs = 500,
    clock = systemClock,
    random = Math.random,
  } = options
  const stream = getUserStream(me, options.tabs)
  const markers = createReadMarkers(options, `parley:read:${me.url}:${me.user.id}`)
  const retryNow$ = new Subject<void>()
  const policy = { clock, random, retryNow$ }
  /** The state of the stream; listing may fail independently. */
  let status: ConnectionStatus = { state: 'connecting' }
  const connection$ = createState<ConnectionStatus>({ state: 'connecting' })
  const conversations$ = createState<readonly InboxConversation[] | undefined>(undefined)
  const refetch$ = new Subject<void>()
  const load$ = new Subject<Row>()
  let rows = new Map<string, Row>()
  const senders = new Map<string, Sender>([[me.user.id, me.user]])
  /**
   * Conversations that the user has just joined, with the time of the first message since then; empty until there is
   * one.
   */
  const joined = new Map<string, string>()
  /** Conversations that were removed during the current listing. */
  const removed = new Set<string>()
  let visibleIds: readonly string[] = []
  let isPolling = false

  function publish(): void {
    const items = [...rows.values()].map((row) => toItem(row))
    conversations$.next(
      items.sort(
        (a, b) =>
          compareStrings(b.conversation.updatedAt, a.conversation.updatedAt) || compareStrings(a.id, b.id),
      ),
    )
    loadVisible()
  }

  function loadVisible(): void {
    for (const id of visibleIds) {
      const row = rows.get(id)
      if (!row || row.sinceLoading || row.loadedUpdatedAt === row.conversation.updatedAt) continue
      row.loadedUpdatedAt = row.conversation.updatedAt
      row.sinceLoading = { created: [], deleted: new Set() }
      load$.next(row)
    }
  }

  function toItem(row: Row): InboxConversation {
    const { conversation, newest, isLoaded, readUpTo } = row
    const { id } = conversation
    const lastMessage = newest.at(-1)
    row.readUpTo = markers.get(id)
    if (row.item && row.readUpTo === readUpTo) return row.item
    return (row.item = {
      id,
      conversation,
      ...(lastMessage && { lastMessage }),
      ...(isLoaded && countUnread(row, me.user.id)),
    })
  }

  async function list(signal: AbortSignal): Promise<void> {
    removed.clear()
    const listed: Conversation[] = []
    const { pageLimit, bots } = await getListingInfo(me, { limit: 100, signal })
    for (const bot of bots) senders.set(bot.id, bot)
    for await (const conversation of me.listConversations.all(pageLimit, { signal }))
      listed.push(conversation)
    const present = listed.filter(({ id }) => !removed.has(id))
    await markers.reconcile(present.map(({ id, updatedAt }) => ({ id, updatedAt, isJoined: joined.has(id) })))
    const next = new Map<string, Row>()
    for (const conversation of present) {
      const { id, updatedAt } = conversation
      if (removed.has(id)) continue
      setJoinedAt(id, joined.get(id))
      const row = rows.get(id) ?? createRow(conversation, { ownId: me.user.id, senders })
      // A message may have arrived during the listing.
      if (row.conversation.updatedAt < updatedAt) {
        row.conversation = conversation
        delete row.item
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
      const requestedToken: string | undefined = nextToken
      const page = await me.listMessages(
        { conversationId: id, ...(requestedToken !== undefined && { nextToken: requestedToken }) },
        { signal },
      )
      messages.push(...page.messages)
      // Guards against a repeated `nextToken`.
      nextToken = page.meta.nextToken === requestedToken ? undefined : page.meta.nextToken
    } while (nextToken !== undefined && !isEnough(messages, markers.get(id)))
    setListed(row, messages, nextToken !== undefined)
    delete row.item
  }

  function handleItem(item: SourceItem): void {
    if (item.type === 'status') {
      isPolling = false
      status = item.status
      if (status.state !== 'closed') connection$.next(status)
    } else if (item.type === 'signal') handleSignal(item.signal)
    else if (item.type === 'possible_gap' || item.ready.state !== 'resumed') {
      invalidateRows()
      refetch$.next()
    }
  }

  function setProfile(user: User): void {
    senders.set(user.id, user)
    for (const row of rows.values()) {
      row.newest = row.newest.map((message) => (message.isOwn ? { ...message, sender: user } : message))
      delete row.item
    }
    if (rows.size > 0) publish()
  }

  function invalidateRows(): void {
    for (const row of rows.values()) row.loadedUpdatedAt = ''
  }

  function handleSignal(signal: UserSignal): void {
    const id = getConversationId(signal) ?? ''
    if (signal.type === 'conversation_removed') {
      joined.delete(id)
      removed.add(id)
      if (rows.delete(id)) publish()
    }
    const row = rows.get(id)
    if (signal.type === 'conversation_added') {
      joined.set(id, '')
      if (row) markers.setJoined([id, row.conversation.updatedAt])
    }
    if (signal.type === 'message_created') handleMessage(id, row, signal.data)
    else if (signal.type === 'message_deleted' && row) removeMessage(row, signal.data.id)
    else if (signal.type.startsWith('conversation_')) return refetch$.next()
    else return
    if (!row) return
    delete row.item
    publish()
  }

  function handleMessage(id: string, row: Row | undefined, data: CreatedMessage): void {
    const { isBot: _, ...message } = data
    if (!row) {
      if (!joined.get(id)) joined.set(id, message.createdAt)
      return refetch$.next()
    }
    if (joined.has(id)) setJoinedAt(id, message.createdAt)
    addMessage(row, message)
  }

  /** Messages older than the first one from the stream were written before the user joined. */
  function setJoinedAt(id: string, createdAt: string | undefined): void {
    if (!createdAt) return
    joined.delete(id)
    if (createdAt <= markers.get(id)) markers.setJoined([id, justBefore(createdAt)])
  }

  function closeWith(cause: unknown): Observable<never> {
    connection$.next({ state: 'closed', ...(isChatError(cause) && { cause }) })
    return EMPTY
  }

  const listing$ = runOnTrigger(policy, { trigger$: refetch$, work: list, onFailure: closeWith })
  const loading$ = load$.pipe(
    mergeMap(
      (row) =>
        retryUntilSuccess(policy, (signal) => load(row, signal)).pipe(
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
    refetch$.next()
    return merge(clockTimer(clock, pollIntervalMs), retryNow$, observeReconnectTriggers())
  }).pipe(take(1), ignoreElements(), repeat())

  const marking$ = markers.fromOtherTabs$.pipe(tap(publish))
  // Merged after `retryNow$`, so that a subscriber may call `reconnectNow` during this emission.
  const closed$ = defer(() => {
    connection$.next(status)
    return EMPTY
  })
  const stream$ = withFallback(stream.items$, () => polling$).pipe(
    tap(handleItem),
    repeat({ delay: () => merge(retryNow$, closed$) }),
  )
  const work$ = defer(() => {
    // Loading was aborted when the last subscriber left.
    for (const row of rows.values()) delete row.sinceLoading
    invalidateRows()
    return merge(profile$.pipe(tap(setProfile)), listing$, loading$, marking$, stream$)
  })
  const run$ = work$.pipe(
    ignoreElements(),
    share({ resetOnRefCountZero: () => clockTimer(clock, disconnectDelayMs) }),
  )

  return {
    conversations$: merge(conversations$.value$.pipe(filter((list) => list !== undefined)), run$),
    loadState$: merge(observeLoadState(conversations$.value$.pipe(map(Boolean)), connection$.value$), run$),
    connection$: merge(connection$.value$, run$),
    setVisible(ids) {
      visibleIds = ids
      loadVisible()
    },
    markRead(id) {
      const row = rows.get(id)
      const readTo = row?.newest.at(-1)?.createdAt ?? row?.conversation.updatedAt ?? ''
      joined.delete(id)
      if (readTo <= markers.get(id)) return
      markers.set([id, readTo])
      publish()
    },
    reconnectNow() {
      // Listing alone may have failed permanently.
      if (connection$.value.state === 'closed') refetch$.next()
      stream.reconnectNow()
      retryNow$.next()
    },
  }
}

/** Messages of one conversation differ by at least a millisecond. */
function justBefore(createdAt: string): string {
  return new Date(Date.parse(createdAt) - 1).toISOString()
}
