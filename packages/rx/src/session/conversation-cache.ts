import type { Clock, ConnectedUser } from '@parley/core'
import {
  defer,
  filter,
  finalize,
  merge,
  NEVER,
  of,
  ReplaySubject,
  share,
  type Subject,
  switchMap,
} from 'rxjs'
import type { LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { clockTimer } from '../time/retry-policy.ts'
import type { Identity } from './identity.ts'
import { createOfflineConversation, type OfflineOptions } from './offline-conversation.ts'
import type { ConversationHandle } from './session-conversation.ts'

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
  const { user$, owner$, whenConnected, whenConnectedOrFailed } = identity
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
      connection$: connecting$,
      ensureConversation,
      findConversation: async () => getLive(await whenConnectedOrFailed()),
    }))

  const getLive = (me: ConnectedUser): OpenedConversation => (opened ??= open(me, id))

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
        clockTimer(clock, gcTimeMs).pipe(
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

const connecting$ = of({ state: 'connecting', isSynced: false } as const)
