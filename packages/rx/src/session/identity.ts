import { ChatError, type ConnectedUser } from '@parley/core'
import { filter, firstValueFrom, map, merge, Subject } from 'rxjs'
import { createState, type State } from '../time/state.ts'

/** The user of a session, who may not be connected yet. */
export interface Identity {
  /** The base URL of the chat. Undefined if no user is connecting: nothing can be sent. */
  readonly url: string | undefined
  readonly user$: State<ConnectedUser | undefined>
  /**
   * The owner of the storage items in use: the user's id, which a stored user key contains before the connection; empty
   * for a guest that is not created yet. Undefined while unknown: nothing is stored.
   */
  readonly owner$: State<string | undefined>
  /** The permanent error of connecting. */
  readonly error$: State<ChatError | undefined>
  /** Each emission skips the backoff of connecting. */
  readonly retryNow$: Subject<void>
  /** Resolves once a user is connected. Waits through all failures, as queued messages do. */
  whenConnected: () => Promise<ConnectedUser>
  /** @throws ChatError if connecting fails permanently, or if no user is connecting. */
  whenConnectedOrFailed: () => Promise<ConnectedUser>
}

export function createIdentity(url: string | undefined, user?: ConnectedUser): Identity {
  const user$ = createState(user)
  const error$ = createState<ChatError | undefined>(undefined)
  const connected$ = user$.value$.pipe(filter((connected) => connected !== undefined))
  const failed$ = error$.value$.pipe(
    filter((error) => error !== undefined),
    map((error) => {
      throw error
    }),
  )
  return {
    url,
    user$,
    owner$: createState(user?.user.id),
    error$,
    retryNow$: new Subject(),
    whenConnected: () => firstValueFrom(connected$),
    whenConnectedOrFailed: async () => {
      if (url === undefined) throw notConnected()
      return firstValueFrom(merge(connected$, failed$))
    },
  }
}

export const notConnected = (): ChatError =>
  new ChatError('Unavailable', 'Unable to run the action; no user is connected. Connect a user first.')
