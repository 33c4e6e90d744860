import type { ConnectedUser } from '@parley/core'
import { filter, firstValueFrom } from 'rxjs'
import { createState, type State } from '../time/state.ts'

/** The user of a session, who may not be connected yet. */
export interface Identity {
  /** The base URL of the chat. */
  readonly url: string
  readonly user$: State<ConnectedUser | undefined>
  /**
   * The owner of the storage items in use: the user's id, which a stored user key contains before the connection; empty
   * for a guest that is not created yet. Undefined while unknown: nothing is stored.
   */
  readonly owner$: State<string | undefined>
  /** Resolves once a user is connected. */
  connected: () => Promise<ConnectedUser>
}

export function createIdentity(url: string, user: ConnectedUser | undefined): Identity {
  const user$ = createState(user)
  return {
    url,
    user$,
    owner$: createState(user?.user.id),
    connected: () => firstValueFrom(user$.value$.pipe(filter((connected) => connected !== undefined))),
  }
}
