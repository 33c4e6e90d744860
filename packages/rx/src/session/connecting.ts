import {
  mayPass,
  systemClock,
  type Chat,
  type ChatError,
  type ConnectedUser,
  type UserKeySource,
} from '@parley/core'
import {
  BehaviorSubject,
  defer,
  ignoreElements,
  merge,
  NEVER,
  retry,
  share,
  Subject,
  take,
  tap,
  timer,
} from 'rxjs'
import type { OutboxStorage } from '../conversation/conversation-options.ts'
import { nextTry } from '../time/waiting.ts'
import { alone } from './alone.ts'
import { createStore, type Store } from './store.ts'

/** How far connecting has come, told apart by `state`. */
export type Progress =
  | { state: 'connecting'; user: undefined; error: ChatError | undefined }
  | { state: 'failed'; user: undefined; error: ChatError }
  | { state: 'connected'; user: ConnectedUser; error: undefined }

/** Whose progress it is, and how to try at once. */
export interface Connecting extends Store<Progress> {
  connect: () => void
}

/** Somebody who is connected, or nobody yet. */
export function givenUser(user: ConnectedUser | null | undefined): Connecting {
  return { ...createStore(NEVER, user ? connectedAs(user) : nobody), connect() {} }
}

export interface ConnectAs {
  /** Default: a visitor, new or from the storage. */
  userKey?: UserKeySource | undefined
  storage?: OutboxStorage | undefined
}

/**
 * Becomes a user once somebody listens, and once for all who do. What the network fails is tried again. A visitor is made once for
 * all tabs.
 *
 * @param as - Asked for on each attempt.
 */
export function startConnecting(chat: Chat, as: () => ConnectAs): Connecting {
  async function connect(): Promise<ConnectedUser> {
    const { userKey, storage } = as()
    if (userKey) return chat.connect({ userKey })
    return alone(storage, `parley:visitor:${chat.url}`, () => chat.connect({ storage }))
  }
  const progress$ = new BehaviorSubject(nobody)
  const wake$ = new Subject<void>()
  const waiting = { clock: systemClock, random: Math.random, wake$ }

  const connected$ = defer(connect).pipe(
    retry({
      delay(cause: unknown, attempt) {
        if (mayPass(cause)) {
          progress$.next({ state: 'connecting', user: undefined, error: cause })
          return nextTry(waiting, attempt, cause)
        }
        // What is no ChatError is a fault of the app, such as an impossible url.
        progress$.next({ state: 'failed', user: undefined, error: cause as ChatError })
        return wake$.pipe(
          take(1),
          tap(() => progress$.next(nobody)),
        )
      },
    }),
    tap((user) => progress$.next(connectedAs(user))),
    ignoreElements(),
    share({ resetOnComplete: false, resetOnRefCountZero: () => timer(1_000) }),
  )
  return { ...createStore(merge(progress$, connected$), nobody), connect: () => wake$.next() }
}

const nobody: Progress = { state: 'connecting', user: undefined, error: undefined }

const connectedAs = (user: ConnectedUser): Progress => ({ state: 'connected', user, error: undefined })
