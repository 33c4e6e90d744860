import { ChatError, type Clock, type ConnectionStatus, type StorageOption } from '@parley/core'
import {
  combineLatest,
  defer,
  EMPTY,
  filter,
  finalize,
  firstValueFrom,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  share,
  Subject,
  switchMap,
  take,
  tap,
} from 'rxjs'
import type { ChatStorage } from '../conversation/conversation-options.ts'
import type { LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { createRandomId } from '../create-random-id.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { createStoredText, type StoredText } from '../storage/stored-value.ts'
import { retryUntilSuccess } from '../time/retry-policy.ts'
import { createState, type State } from '../time/state.ts'
import type { Identity } from './identity.ts'
import { createOfflineConversation } from './offline-conversation.ts'
import type { ConversationHandle } from './session-conversation.ts'
import { withLock } from './with-lock.ts'

export interface CurrentConversationOptions {
  storage: StorageOption<ChatStorage> | undefined
  inbox: Inbox
  clock: Clock
  random: () => number
  getHandle: (id: string) => ConversationHandle
}

export interface CurrentConversation extends ConversationHandle {
  /** Undefined while unknown; empty if there is none. */
  readonly id$: State<string | undefined>
  /** Looks up the id while subscribed. */
  readonly lookup$: Observable<never>
  /** The user has deleted or left a conversation. */
  setGone: (id: string) => void
}

/**
 * The default conversation: the last-used one, else the most recent, else none until one is needed. A new one gets an
 * id that is stored first, so that concurrent callers and other tabs create the same conversation. Messages are queued
 * until it exists.
 */
export function createCurrentConversation(
  identity: Identity,
  options: CurrentConversationOptions,
): CurrentConversation {
  const { user$, owner$, error$, whenConnected, whenConnectedOrFailed } = identity
  const { storage, inbox, clock, random, getHandle } = options
  const id$ = createState<string | undefined>(undefined)
  /** Conversations that were deleted, or that the user has left. */
  const goneIds = new Set([''])
  const retryNow$ = new Subject<void>()
  let creating: Promise<void> | undefined
  /** The connection of the inbox during the lookup, otherwise undefined. */
  const status$ = createState<ConnectionStatus | undefined>(undefined)

  const getStorageName = (): string => `parley:conversation:${identity.url ?? ''}:${owner$.value}`
  const items = new Map<string, StoredText>()
  function getItem(): StoredText {
    const name = getStorageName()
    const item = items.get(name) ?? createStoredText(storage, name)
    items.set(name, item)
    return item
  }

  const mostRecentId$ = defer(() =>
    merge(
      inbox.conversations$.pipe(map((all) => all.find(({ id }) => !goneIds.has(id))?.id ?? '')),
      inbox.connection$.pipe(
        tap((status) => status$.next(status)),
        ignoreElements(),
      ),
    ),
  )

  const selected$ = owner$.value$.pipe(
    filter((owner) => owner !== undefined),
    // Each owner has its own current conversation.
    switchMap(() => getItem().read()),
    switchMap((id) => (goneIds.has(id) ? mostRecentId$ : of(id))),
    take(1),
    tap((id) => {
      void getItem().write(id)
      id$.next(id)
    }),
    finalize(() => status$.next(undefined)),
    share(),
  )

  /** Fails if the inbox reports a permanent error, as no list will arrive. */
  const listError$ = status$.value$.pipe(
    map((status) => {
      if (status?.state !== 'closed') return
      const message = "Unable to list the user's conversations; the stream has ended. Connect again."
      throw status.cause ?? new ChatError('Unavailable', message)
    }),
    ignoreElements(),
  )

  async function create(): Promise<void> {
    const me = await whenConnected()
    // A separate item until the conversation exists: if the page closes now, nothing was created.
    const plannedItem = createStoredText(storage, `${getStorageName()}:new`)
    const id = await withLock(storage, getStorageName(), async () => {
      const storedId = await getItem().read()
      if (!goneIds.has(storedId)) return storedId
      const plannedId = await plannedItem.read()
      const ownId = goneIds.has(plannedId) ? createRandomId() : plannedId
      await plannedItem.write(ownId)
      return ownId
    })
    const request = (signal: AbortSignal) => me.getOrCreateConversation({ id }, { signal })
    try {
      await firstValueFrom(retryUntilSuccess({ clock, random, retryNow$ }, request))
      await getItem().write(id)
    } finally {
      // After a permanent error, such as that another user's conversation has this id, another id is planned.
      void plannedItem.write('')
    }
    id$.next(id)
  }

  const isGoneError = (cause?: { type: string }): boolean => /NotFound|Forbidden|Gone/.test(cause?.type ?? '')

  function setGone(id: string): void {
    goneIds.add(id)
    if (id$.value === id) id$.next(undefined)
  }

  const watchForLoss = ({ id, connection$ }: LiveConversation): Observable<never> =>
    connection$.pipe(
      filter(
        ({ state, cause }: { state: string; cause?: { type: string } }) =>
          // Before, the error is that of connecting.
          user$.value !== undefined && state === 'closed' && isGoneError(cause),
      ),
      tap(() => setGone(id)),
      ignoreElements(),
    )

  /** Without subscribers, nothing watches for a loss: the error of an action may be the first sign of it. */
  async function checkForLoss(error: unknown): Promise<void> {
    const id = id$.value
    const me = user$.value
    if (!id || !me || !isGoneError(error as { type: string })) return
    await me.getConversation({ id }).catch((cause: { type: string }) => isGoneError(cause) && setGone(id))
  }

  async function ensureConversation(): Promise<LiveConversation> {
    await whenConnected()
    await lookUp()
    if (!id$.value) await (creating ??= create().finally(() => (creating = undefined)))
    return getOpened()
  }

  async function lookUp(): Promise<void> {
    if (id$.value === undefined) await firstValueFrom(merge(selected$, listError$))
  }

  async function findConversation(): Promise<LiveConversation | undefined> {
    await whenConnectedOrFailed()
    await lookUp()
    return id$.value ? getOpened() : undefined
  }

  function reconnectNow(): void {
    retryNow$.next()
    inbox.reconnectNow()
  }

  /** Queues messages until their conversation exists. */
  const offline = createOfflineConversation({
    id: '',
    identity,
    storage,
    // Without a conversation there is nothing to sync.
    connection$: combineLatest([id$.value$, status$.value$, error$.value$]).pipe(
      map(([id, status, error]) => {
        if (error) return { state: 'closed', cause: error, isSynced: false }
        return id === undefined
          ? { ...(status ?? { state: 'connecting' }), isSynced: false }
          : { state: 'online', isSynced: true }
      }),
    ),
    ensureConversation,
    findConversation,
    reconnectNow,
  })

  const getOpened = (): OpenedConversation =>
    (id$.value ? getHandle(id$.value).getOpened() : undefined) ?? offline

  // The id in the stored user key may belong to another user.
  let owner = owner$.value
  owner$.value$.subscribe((next) => {
    if (owner && next !== owner) id$.next(undefined)
    owner = next
  })

  const lookup$ = defer(() => (id$.value === undefined ? selected$ : EMPTY)).pipe(ignoreElements())

  return {
    id$,
    lookup$: id$.value$.pipe(switchMap(() => lookup$)),
    isReplacedAfter: isGoneError,
    checkForLoss,
    setGone,
    getOpened,
    opened$: id$.value$.pipe(
      switchMap((id) => {
        if (!id) return merge(of(offline), NEVER, lookup$)
        return getHandle(id).opened$.pipe(
          switchMap((conversation) => merge(of(conversation), watchForLoss(conversation))),
        )
      }),
    ),
  }
}
