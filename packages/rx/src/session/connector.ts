import {
  isRetryable,
  systemClock,
  type Chat,
  type ChatError,
  type ConnectedUser,
  type StorageOption,
  type UserKeySource,
} from '@parley/core'
import {
  defer,
  EMPTY,
  ignoreElements,
  merge,
  NEVER,
  type Observable,
  retry,
  share,
  Subject,
  tap,
  timer,
} from 'rxjs'
import type { ChatStorage } from '../conversation/conversation-options.ts'
import { storageOf } from '../storage/storage-of.ts'
import { createState } from '../time/state.ts'
import { nextTry } from '../time/waiting.ts'
import { alone } from './alone.ts'
import { createKept } from './kept.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'
import { createStore, type Store } from './store.ts'
import { userIdOf } from './user-id-of.ts'

/** How far connecting has come, told apart by `state`. */
export type ConnectState =
  | { state: 'connecting'; user: undefined; error: ChatError | undefined }
  | { state: 'failed'; user: undefined; error: ChatError }
  | { state: 'connected'; user: ConnectedUser; error: undefined }

/** Whose progress it is, and how to try at once. */
export interface Connector extends Store<ConnectState> {
  retry: () => void
  /**
   * The session of the connecting user. Before the connection it queues messages. Undefined if no user is connecting.
   */
  readonly session?: Session
}

/** Somebody who is connected, or nobody yet. */
export function fromUser(user: ConnectedUser | null | undefined): Connector {
  return { ...createStore(NEVER, user ? connectedAs(user) : nobody), retry() {} }
}

export interface ConnectAs {
  /** Default: a visitor, new or from the storage. */
  userKey?: UserKeySource | undefined
  storage?: StorageOption<ChatStorage> | undefined
}

/**
 * Becomes a user once somebody listens, and once for all who do. What the network fails is tried again. A visitor is made once for
 * all tabs. Its session is there from the beginning.
 *
 * @param as - Asked for on each attempt.
 * @param options - Those of the session. Its storage is where `as` keeps the visitor.
 */
export function createConnector(
  chat: Chat,
  as: () => ConnectAs,
  options: SessionOptions = {},
): Connector & { session: Session } {
  const session = createSession(undefined, { ...options, url: chat.url })

  async function connect(): Promise<ConnectedUser> {
    const { userKey, storage: option } = as()
    const storage = storageOf(option)
    function heard(key: string): string {
      session.expectOwner(userIdOf(key))
      return key
    }
    if (typeof userKey === 'function') return chat.connect({ userKey: async () => heard(await userKey()) })
    if (userKey !== undefined) return chat.connect({ userKey: heard(userKey) })
    const key = await createKept(storage, `parley:${chat.url}`).read()
    if (key) heard(key)
    else if (storage) session.expectOwner('')
    return alone(storage, `parley:visitor:${chat.url}`, () => chat.connect({ storage }))
  }
  const progress$ = createState(nobody)
  const told = (progress: ConnectState): Observable<never> =>
    defer(() => {
      progress$.next(progress)
      return EMPTY
    })
  const wake$ = new Subject<void>()
  const waiting = { clock: systemClock, random: Math.random, wake$ }

  const connected$ = defer(connect).pipe(
    retry({
      delay(cause: unknown, attempt) {
        // Starts to wait before it emits: a subscriber may call `connect` at once.
        if (isRetryable(cause))
          return merge(
            nextTry(waiting, attempt, cause),
            told({ state: 'connecting', user: undefined, error: cause }),
          )
        // What is no ChatError is a fault of the app, such as an impossible url.
        const again$ = wake$.pipe(tap(() => progress$.next(nobody)))
        return merge(again$, told({ state: 'failed', user: undefined, error: cause as ChatError }))
      },
    }),
    tap((user) => {
      session.setUser(user)
      progress$.next(connectedAs(user))
    }),
    ignoreElements(),
    // React's StrictMode unsubscribes and subscribes again at once. A page that unmounts must not connect: the next page sends its messages.
    share({ resetOnComplete: false, resetOnRefCountZero: () => timer(0) }),
  )
  return { ...createStore(merge(progress$.value$, connected$), nobody), retry: () => wake$.next(), session }
}

const nobody: ConnectState = { state: 'connecting', user: undefined, error: undefined }

const connectedAs = (user: ConnectedUser): ConnectState => ({ state: 'connected', user, error: undefined })
