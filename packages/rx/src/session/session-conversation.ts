import { systemClock, type ChatError, type Clock, type ConnectedUser, type NoSchemas } from '@parley/core'
import {
  defer,
  distinctUntilChanged,
  filter,
  finalize,
  map,
  merge,
  NEVER,
  Observable,
  of,
  ReplaySubject,
  share,
  type Subject,
  switchMap,
} from 'rxjs'
import type { LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { clockTimer } from '../time/retry-policy.ts'
import { notConnected, type Identity } from './identity.ts'
import { createOfflineConversation, type OfflineOptions } from './offline-conversation.ts'

/** A conversation of a session that may not be open yet, or that may be replaced by another one. */
export interface ConversationHandle {
  /** The open conversation: before the user is connected, an offline one that queues messages. */
  readonly opened$: Observable<OpenedConversation>
  /** Opens the conversation if necessary. Undefined if no user is connecting. */
  getOpened: () => OpenedConversation | undefined
  /** Whether another conversation replaces this one after such an error, which hides its failed messages. */
  isReplacedAfter?: (error: ChatError) => boolean
  /** Resolves once another conversation has replaced this one, if it was lost. Call it with the error of an action. */
  checkForLoss?: (error: unknown) => Promise<void>
}

/**
 * A conversation of a session, the same for all callers. It can be used before the user is connected: messages are
 * queued, and other actions wait. They reject if connecting fails permanently.
 */
export interface SessionConversation<Schemas = NoSchemas>
  extends Omit<LiveConversation<Schemas>, 'id'>, ConversationHandle {
  /** Undefined while there is no current conversation. Replays the latest value. */
  readonly id$: Observable<string | undefined>
}

export function createSessionConversation(handle: ConversationHandle): SessionConversation {
  const { opened$, getOpened } = handle

  const from = <Value>(select: (conversation: OpenedConversation) => Observable<Value>): Observable<Value> =>
    opened$.pipe(switchMap(select))

  async function run<Result>(action: (conversation: OpenedConversation) => Promise<Result>): Promise<Result> {
    const conversation = getOpened()
    if (!conversation) throw notConnected()
    try {
      return await action(conversation)
    } catch (error) {
      await handle.checkForLoss?.(error)
      throw error
    }
  }

  return {
    ...handle,
    id$: opened$.pipe(
      map(({ id }) => id || undefined),
      distinctUntilChanged(),
    ),
    messages$: from(({ messages$ }) => messages$),
    events$: from(({ events$ }) => events$),
    loadState$: from(({ loadState$ }) => loadState$),
    participants$: from(({ participants$ }) => participants$),
    isAnswering$: from(({ isAnswering$ }) => isAnswering$),
    typing$: from(({ typing$ }) => typing$),
    connection$: from(({ connection$ }) => connection$),
    history$: from(({ history$ }) => history$),
    signals$: from(({ signals$ }) => signals$),
    invalid$: from(({ invalid$ }) => invalid$),
    send: (payload, options) => run(({ send }) => send(payload, options)),
    retry: (key) => run(({ retry }) => retry(key)),
    sendEvent: (payload) => run(({ sendEvent }) => sendEvent(payload)),
    stop: () => run(({ stop }) => stop()),
    loadOlder: () => run(({ loadOlder }) => loadOlder()),
    deleteMessage: (id) => run(({ deleteMessage }) => deleteMessage(id)),
    addParticipant: (userId) => run(({ addParticipant }) => addParticipant(userId)),
    removeParticipant: (userId) => run(({ removeParticipant }) => removeParticipant(userId)),
    leave: () => run(({ leave }) => leave()),
    discard: (key) => getOpened()?.discard(key),
    sendTyping: () => getOpened()?.sendTyping(),
    reconnectNow: () => getOpened()?.reconnectNow(),
  }
}

export interface ConversationCacheOptions {
  identity: Identity
  clock: Clock
  /** How long a conversation without subscribers keeps its state. */
  gcTimeMs: number
  open: (me: ConnectedUser, id: string) => OpenedConversation
  getOfflineOptions: (id: string) => Pick<OfflineOptions, 'storage' | 'initialMessages'>
  /** Receives the id of each conversation whose state was released. */
  released$: Subject<string>
  /** The current conversation of the connected user. */
  getCurrent: () => ConversationHandle
}

/**
 * Opens each conversation once. Until the user is connected, it is an offline conversation, which queues messages. It
 * closes, with its messages, `gcTimeMs` after the last subscriber has left, but never while it has pending messages.
 */
export function createConversationCache(
  options: ConversationCacheOptions,
): (id: string) => ConversationHandle {
  const handles = new Map<string, ConversationHandle>()
  return (id) => {
    const handle = handles.get(id) ?? createHandle(id, options)
    handles.set(id, handle)
    return handle
  }
}

function createHandle(id: string, options: ConversationCacheOptions): ConversationHandle {
  const { identity, clock, gcTimeMs, open, getOfflineOptions, released$, getCurrent } = options
  const { user$, owner$, error$, whenConnected, whenConnectedOrFailed } = identity
  let opened: OpenedConversation | undefined
  let offline: OpenedConversation | undefined

  async function ensureConversation(): Promise<LiveConversation> {
    const expected = owner$.value
    const me = await whenConnected()
    // The expected owner no longer exists: its messages go to the new user's current conversation.
    const isOtherUser = expected && expected !== me.user.id
    return (isOtherUser ? getCurrent().getOpened() : undefined) ?? getLive(me)
  }

  const getOffline = (): OpenedConversation =>
    (offline ??= createOfflineConversation({
      ...getOfflineOptions(id),
      id,
      identity,
      connection$: error$.value$.pipe(
        map((error) =>
          error
            ? { state: 'closed', cause: error, isSynced: false }
            : { state: 'connecting', isSynced: false },
        ),
      ),
      ensureConversation,
      findConversation: async () => getLive(await whenConnectedOrFailed()),
    }))

  function getLive(me: ConnectedUser): OpenedConversation {
    if (opened) return opened
    const conversation = (opened = open(me, id))
    // The time starts now if there is no subscriber, as after a single action.
    live$.subscribe().unsubscribe()
    return conversation
  }

  const live$ = defer(() => {
    const me = user$.value
    return me ? merge(of(getLive(me)), NEVER) : NEVER
  }).pipe(
    finalize(() => {
      opened = undefined
      released$.next(id)
    }),
    share({
      connector: () => new ReplaySubject(1),
      resetOnRefCountZero: () =>
        gcTimer(clock, gcTimeMs).pipe(
          switchMap(() => opened?.timeline$ ?? NEVER),
          filter(({ pending }) => pending.length === 0),
        ),
    }),
  )

  return {
    getOpened: () => (user$.value ? getLive(user$.value) : getOffline()),
    opened$: user$.value$.pipe(switchMap((me) => (me ? live$ : merge(of(getOffline()), NEVER)))),
  }
}

/** Emits after `ms`. Does not keep a Node process alive, as nothing is left to do for the user. */
function gcTimer(clock: Clock, ms: number): Observable<unknown> {
  if (ms === Infinity) return NEVER
  if (clock !== systemClock || typeof document !== 'undefined') return clockTimer(clock, ms)
  return new Observable<void>((subscriber) => {
    const timer = setTimeout(() => subscriber.next(), Math.min(ms, maxTimeoutMs))
    // Types of the DOM and of Node differ.
    ;(timer as unknown as { unref?: () => void }).unref?.()
    return () => clearTimeout(timer)
  })
}

/** A longer delay of `setTimeout` ends at once. */
const maxTimeoutMs = 2 ** 31 - 1
