import type { ConnectedUser } from '@parley/core'
import { filter, firstValueFrom } from 'rxjs'
import { createState, type State } from '../time/state.ts'

/** Whose session it is, as far as that is known: a chat is used before its user is connected. */
export interface Identity {
  /** The base URL of the chat. */
  readonly url: string
  readonly user$: State<ConnectedUser | undefined>
  /**
   * Whose entries of the storage are read and written: the user's id, which a stored key tells before anybody is connected; empty for
   * a visitor who has not been created yet. Undefined as long as it is not known: nothing is stored.
   */
  readonly owner$: State<string | undefined>
  /** Resolves when a user is connected. */
  connected: () => Promise<ConnectedUser>
}

export function createIdentity(url: string, user: ConnectedUser | undefined): Identity {
  const user$ = createState(user)
  return {
    url,
    user$,
    owner$: createState(user?.user.id),
    connected: () => firstValueFrom(user$.value$.pipe(filter((each) => each !== undefined))),
  }
}
