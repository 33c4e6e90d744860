import {
  isRetryable,
  systemClock,
  type Chat,
  type ChatError,
  type ConnectedUser,
  type UserKeySource,
} from '@parley/core'
import { defer, EMPTY, ignoreElements, merge, type Observable, retry, share, tap, timer } from 'rxjs'
import { createStoredText } from '../storage/stored-value.ts'
import { backoff } from '../time/retry-policy.ts'
import { createState } from '../time/state.ts'
import { createIdentity } from './identity.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'
import { withLock } from './with-lock.ts'

/** The state of connecting; `state` discriminates the union. While connecting, `error` is the last network failure. */
export type ConnectState =
  | { state: 'connecting'; user: undefined; error: ChatError | undefined }
  | { state: 'failed'; user: undefined; error: ChatError }
  | { state: 'connected'; user: ConnectedUser; error: undefined }

/** Connects a user while subscribed, and provides their session. */
export interface Connector {
  /** Connects on the first subscription, once for all subscribers. Replays the latest value. Never fails. */
  readonly state$: Observable<ConnectState>
  /** Starts another attempt after a failure, or skips the current backoff delay. */
  retry: () => void
  /** Available at once: before the connection, it queues messages. */
  readonly session: Session
}

export interface ConnectorOptions extends SessionOptions {
  /** Default: a guest, restored from the storage or new. Called for each attempt if it is a function. */
  userKey?: UserKeySource | undefined
}

/** Connects a user and retries network failures. Tabs that share a storage create one guest. */
export function createConnector(chat: Chat, options: ConnectorOptions = {}): Connector {
  const { userKey, storage } = options
  const identity = createIdentity(chat.url)
  const { user$, owner$, error$, retryNow$ } = identity
  const session = createSession(identity, options)
  const state$ = createState<ConnectState>(connecting)

  function expectOwner(owner: string | undefined): void {
    if (owner !== undefined && !user$.value) owner$.next(owner)
  }

  function expectOwnerOf(key: string): string {
    expectOwner(parseUserId(key))
    return key
  }

  // Known before connecting, so that also the first rendered messages tell whether they are own.
  if (typeof userKey === 'string') expectOwner(parseUserId(userKey))

  async function connect(): Promise<ConnectedUser> {
    if (typeof userKey === 'function')
      return chat.connect({ userKey: async () => expectOwnerOf(await userKey()) })
    if (userKey !== undefined) return chat.connect({ userKey: expectOwnerOf(userKey) })
    // Core stores the key itself, and reads it again.
    const storedKey = await createStoredText(storage, `parley:${chat.url}`).read()
    if (storedKey) expectOwnerOf(storedKey)
    else if (storage) expectOwner('')
    return withLock(storage, `parley:guest:${chat.url}`, () => chat.connect({ storage }))
  }

  function setState(state: ConnectState): void {
    error$.next(state.state === 'failed' ? state.error : undefined)
    state$.next(state)
  }

  // The state is set last, so that a subscriber may call `retry` during this emission.
  const retryWhen = (next$: Observable<unknown>, state: ConnectState): Observable<unknown> =>
    merge(
      next$,
      defer(() => {
        setState(state)
        return EMPTY
      }),
    )

  const connecting$ = defer(connect).pipe(
    retry({
      delay(cause: unknown, attempt) {
        if (isRetryable(cause)) {
          const policy = { clock: systemClock, random: Math.random, retryNow$ }
          return retryWhen(backoff(policy, attempt, cause), {
            state: 'connecting',
            user: undefined,
            error: cause,
          })
        }
        // An error that is not a ChatError is a bug in the app, such as an invalid URL.
        const error = cause as ChatError
        const retried$ = retryNow$.pipe(tap(() => setState(connecting)))
        return retryWhen(retried$, { state: 'failed', user: undefined, error })
      },
    }),
    tap((user) => {
      user$.next(user)
      owner$.next(user.user.id)
      state$.next({ state: 'connected', user, error: undefined })
    }),
    ignoreElements(),
    // React's StrictMode unsubscribes and subscribes again at once. An unmounted page must not connect: the next page
    // sends its messages.
    share({ resetOnComplete: false, resetOnRefCountZero: () => timer(0) }),
  )
  return { state$: merge(state$.value$, connecting$), retry: () => retryNow$.next(), session }
}

const connecting: ConnectState = { state: 'connecting', user: undefined, error: undefined }

/** The user id in a user key, unverified. Undefined if the key is not a JWT with an id. */
export function parseUserId(userKey: string): string | undefined {
  try {
    const [, claims = ''] = userKey.split('.')
    const bytes = Uint8Array.from(atob(claims.replace(/-/g, '+').replace(/_/g, '/')), (char) =>
      char.charCodeAt(0),
    )
    const { id } = JSON.parse(new TextDecoder().decode(bytes)) as { id?: unknown }
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}
