import type { ChatError, Profile, User } from '@parley/core'
import type { Session } from '@parley/rx/session'
import { BehaviorSubject } from 'rxjs'
import { createStore, type Store } from './store.ts'

export interface UserState {
  /** The connected user, with the changes of `update`. Undefined until a user is connected. */
  readonly user: User | undefined
  readonly isUpdating: boolean
  /** The reason why the last `update` failed. */
  readonly error: ChatError | undefined
}

/** The user, shared by all components. */
export interface UserStore extends Store<UserState> {
  /**
   * Updates the user's profile. Omitted fields do not change. Concurrent updates run in call order; before the user is
   * connected, they wait.
   *
   * @throws ChatError; `error` also contains it.
   */
  update: (profile: Profile) => Promise<User>
}

export function createUserStore({ user$, updateUser }: Session): UserStore {
  const state$ = new BehaviorSubject<UserState>({ user: undefined, isUpdating: false, error: undefined })
  const change = (next: Partial<UserState>): void => state$.next({ ...state$.value, ...next })
  user$.subscribe((me) => me && change({ user: me.user }))
  let last: Promise<unknown> = Promise.resolve()

  async function update(profile: Profile): Promise<User> {
    change({ isUpdating: true, error: undefined })
    // One at a time, so that the server stores the last profile.
    const updating = last.then(() => updateUser(profile))
    const own = (last = updating.catch(() => {}))
    const settle = (next: Partial<UserState>): void => change({ isUpdating: last !== own, ...next })
    try {
      const user = await updating
      settle({ user })
      return user
    } catch (error) {
      settle({ error: error as ChatError })
      throw error
    }
  }

  return {
    ...createStore(state$, state$.value),
    get: () => state$.value,
    update(profile) {
      const updating = update(profile)
      // Prevents an unhandled rejection; `error` contains the reason.
      updating.catch(() => {})
      return updating
    },
  }
}
