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
import { createStoredText } from '../storage/stored-value.ts'
import { backoff } from '../time/retry-policy.ts'
import { createState } from '../time/state.ts'
import { parseUserId } from './parse-user-id.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'
import { createStore, type Store } from './store.ts'
import { withLock } from './with-lock.ts'

/** The state of connecting; `state` discriminates the union. While connecting, `error` is the last network failure. */
export type ConnectState =
  | { state: 'connecting'; user: undefined; error: ChatError | undefined }
  | { state: 'failed'; user: undefined; error: ChatError }
  | { state: 'connected'; user: ConnectedUser; error: undefined }

/** Connects a user while subscribed. */
export interface Connector extends Store<ConnectState> {
  /** Starts another attempt after a failure, or skips the current backoff delay. */
  retry: () => void
  /**
   * The session of the connecting user. Before the connection it queues messages. Undefined if no user is connecting.
   */
  readonly session?: Session
}

/** A connector for a user who is already connected. Without a user, it stays in the state `connecting`. */
export function fromUser(user: ConnectedUser | null | undefined): Connector {
  return { ...createStore(NEVER, user ? connectedState(user) : initialState), retry() {} }
}

export interface ConnectAs {
  /** Default: a guest, restored from the storage or new. */
  userKey?: UserKeySource | undefined
  storage?: StorageOption<ChatStorage> | undefined
}

/**
 * Connects a user on the first subscription, once for all subscribers, and retries network failures. Tabs that share a
 * storage create one guest. The session is available immediately.
 *
 * @param as - Called for each attempt.
 * @param options - The options of the session. Use the same `storage` as in `as`.
 */
export function createConnector(
  chat: Chat,
  as: () => ConnectAs,
  options: SessionOptions = {},
): Connector & { session: Session } {
  const session = createSession(undefined, { ...options, url: chat.url })

  async function connect(): Promise<ConnectedUser> {
    const { userKey, storage } = as()
    function expectOwnerOf(key: string): string {
      session.expectOwner(parseUserId(key))
      return key
    }
    if (typeof userKey === 'function')
      return chat.connect({ userKey: async () => expectOwnerOf(await userKey()) })
    if (userKey !== undefined) return chat.connect({ userKey: expectOwnerOf(userKey) })
    const storedKey = await createStoredText(storage, `parley:${chat.url}`).read()
    if (storedKey) expectOwnerOf(storedKey)
    else if (storage) session.expectOwner('')
    return withLock(storage, `parley:guest:${chat.url}`, () => chat.connect({ storage }))
  }
  const state$ = createState(initialState)
  const setState = (state: ConnectState): Observable<never> =>
    defer(() => {
      state$.next(state)
      return EMPTY
    })
  const retryNow$ = new Subject<void>()
  const policy = { clock: systemClock, random: Math.random, retryNow$ }

  const connecting$ = defer(connect).pipe(
    retry({
      delay(cause: unknown, attempt) {
        // The state is set last, so that a subscriber may call `retry` during this emission.
        if (isRetryable(cause))
          return merge(
            backoff(policy, attempt, cause),
            setState({ state: 'connecting', user: undefined, error: cause }),
          )
        // An error that is not a ChatError is a bug in the app, such as an invalid URL.
        const nextAttempt$ = retryNow$.pipe(tap(() => state$.next(initialState)))
        return merge(nextAttempt$, setState({ state: 'failed', user: undefined, error: cause as ChatError }))
      },
    }),
    tap((user) => {
      session.setUser(user)
      state$.next(connectedState(user))
    }),
    ignoreElements(),
    // React's StrictMode unsubscribes and subscribes again at once. An unmounted page must not connect: the next page
    // sends its messages.
    share({ resetOnComplete: false, resetOnRefCountZero: () => timer(0) }),
  )
  const store = createStore(merge(state$.value$, connecting$), initialState)
  return { ...store, retry: () => retryNow$.next(), session }
}

const initialState: ConnectState = { state: 'connecting', user: undefined, error: undefined }

const connectedState = (user: ConnectedUser): ConnectState => ({ state: 'connected', user, error: undefined })
