import { ChatError, type Clock, type ConnectionStatus } from '@parley/core'
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
import { createKey } from '../conversation/create-key.ts'
import type { LiveConversation } from '../conversation/live-conversation.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { createState, type State } from '../time/state.ts'
import { persist } from '../time/waiting.ts'
import { alone } from './alone.ts'
import type { ConversationPlace } from './conversation-store.ts'
import type { Identity } from './identity.ts'
import { createKept, type Kept } from './kept.ts'
import { createOfflineConversation } from './offline-conversation.ts'

export interface CurrentOptions {
  storage: ChatStorage | undefined
  inbox: Inbox
  clock: Clock
  random: () => number
  placeOf: (id: string) => ConversationPlace
}

export interface CurrentConversation extends ConversationPlace {
  /** Undefined while unknown; empty if there is none. */
  readonly id$: State<string | undefined>
  /** Looks it up while subscribed. */
  readonly lookup$: Observable<never>
}

/**
 * The default conversation: the last-used one, else the newest, else none until one is needed. A new one gets an id
 * that is stored first, so that concurrent callers and other tabs create the same conversation. Messages are queued
 * until it exists.
 */
export function createCurrent(identity: Identity, options: CurrentOptions): CurrentConversation {
  const { owner$, connected } = identity
  const { storage, inbox, clock, random, placeOf } = options
  const id$ = createState<string | undefined>(undefined)
  /** Those that were deleted, or that the user takes no part in any more. */
  const gone = new Set([''])
  const wake$ = new Subject<void>()
  let making: Promise<void> | undefined
  /** How the list to pick from is connected; undefined as long as it is not asked for. */
  const status$ = createState<ConnectionStatus | undefined>(undefined)

  const nameNow = (): string => `parley:conversation:${identity.url}:${owner$.value}`
  const keeps = new Map<string, Kept>()
  function keptNow(): Kept {
    const name = nameNow()
    const kept = keeps.get(name) ?? createKept(storage, name)
    keeps.set(name, kept)
    return kept
  }

  const listed$ = defer(() =>
    merge(
      inbox.conversations$.pipe(map((all) => all.find((each) => !gone.has(each.id))?.id ?? '')),
      inbox.connection$.pipe(
        tap((status) => status$.next(status)),
        ignoreElements(),
      ),
    ),
  )

  const picked$ = owner$.value$.pipe(
    filter((owner) => owner !== undefined),
    // Each owner has its own current conversation.
    switchMap(() => keptNow().read()),
    switchMap((id) => (gone.has(id) ? listed$ : of(id))),
    take(1),
    tap((id) => {
      void keptNow().write(id)
      id$.next(id)
    }),
    finalize(() => status$.next(undefined)),
    share(),
  )

  /** There is no list to pick from, and there will be none. */
  const refused$ = status$.value$.pipe(
    map((status) => {
      if (status?.state !== 'closed') return
      throw status.cause ?? new ChatError('Unavailable', 'Unable to list the conversations of the user.')
    }),
    ignoreElements(),
  )

  async function make(): Promise<void> {
    const me = await connected()
    // Not yet among those that exist: a page that ends here has made none.
    const planned = createKept(storage, `${nameNow()}:new`)
    const id = await alone(storage, nameNow(), async () => {
      const known = await keptNow().read()
      if (!gone.has(known)) return known
      const plan = await planned.read()
      const own = gone.has(plan) ? createKey() : plan
      await planned.write(own)
      return own
    })
    const create = (signal: AbortSignal) => me.getOrCreateConversation({ id }, { signal })
    await firstValueFrom(persist({ clock, random, wake$ }, create))
    await keptNow().write(id)
    void planned.write('')
    id$.next(id)
  }

  const isLostBy = (cause?: { type: string }): boolean => /NotFound|Forbidden|Gone/.test(cause?.type ?? '')

  const leaving$ = ({ id, connection$ }: LiveConversation): Observable<never> =>
    connection$.pipe(
      filter(
        ({ state, cause }: { state: string; cause?: { type: string } }) =>
          state === 'closed' && isLostBy(cause),
      ),
      tap(() => {
        gone.add(id)
        id$.next(undefined)
      }),
      ignoreElements(),
    )

  async function reach(): Promise<LiveConversation> {
    await connected()
    if (id$.value === undefined) await firstValueFrom(merge(picked$, refused$))
    if (!id$.value) await (making ??= make().finally(() => (making = undefined)))
    return now() ?? reach()
  }

  function reconnectNow(): void {
    wake$.next()
    inbox.reconnectNow()
  }

  /** Holds messages until their conversation exists. */
  const unplaced = createOfflineConversation({
    id: '',
    identity,
    storage,
    // Without a conversation there is nothing to sync.
    connection$: combineLatest([id$.value$, status$.value$]).pipe(
      map(([id, status]) =>
        id === undefined
          ? { ...(status ?? { state: 'connecting' }), isSynced: false }
          : { state: 'online', isSynced: true },
      ),
    ),
    reach,
    reconnectNow,
  })

  const now = (): LiveConversation | undefined | void => (id$.value ? placeOf(id$.value).now() : unplaced)

  // The id in the stored key belonged to another user.
  let owner = owner$.value
  owner$.value$.subscribe((next) => {
    if (owner && next !== owner) id$.next(undefined)
    owner = next
  })

  const lookup$ = defer(() => (id$.value === undefined ? picked$ : EMPTY)).pipe(ignoreElements())

  return {
    id$,
    lookup$: id$.value$.pipe(switchMap(() => lookup$)),
    isLostBy,
    now,
    handle$: id$.value$.pipe(
      switchMap((id) => {
        if (!id) return merge(of(unplaced), NEVER, lookup$)
        return placeOf(id).handle$.pipe(switchMap((living) => merge(of(living), leaving$(living))))
      }),
    ),
  }
}
