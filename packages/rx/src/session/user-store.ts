import type { ChatError, ConnectedUser, Profile, User } from '@parley/core'
import { createState, type State } from '../time/state.ts'
import { createStore, type Store } from './store.ts'

export interface UserState {
  /** The connected user, with the changes of `update`. Undefined until a user is connected. */
  readonly user: User | undefined
  readonly isUpdating: boolean
  /** The reason why the last `update` failed. */
  readonly error: ChatError | undefined
}

/** The user, shared by all components of a view. */
export interface UserStore extends Store<UserState> {
  /**
   * Updates the user's profile. Omitted fields do not change. Concurrent updates run in call order.
   *
   * @throws ChatError; `error` also contains it.
   */
  update: (profile: Profile) => Promise<User>
}

export function createUserStore(
  user$: State<ConnectedUser | undefined>,
  getUser: () => ConnectedUser,
): UserStore {
  const initial: UserState = { user: user$.value?.user, isUpdating: false, error: undefined }
  const state$ = createState(initial)
  user$.value$.subscribe((user) => {
    if (user && user.user !== state$.value.user) state$.next({ ...state$.value, user: user.user })
  })
  let last: Promise<unknown> = Promise.resolve()

  return {
    ...createStore(state$.value$, initial),
    get: () => state$.value,
    async update(profile) {
      state$.next({ ...state$.value, isUpdating: true, error: undefined })
      // One at a time, so that the server stores the last profile.
      const updating = last.then(() => getUser().updateUser(profile))
      const own = (last = updating.catch(() => {}))
      const settle = (change: Partial<UserState>): void =>
        state$.next({ ...state$.value, isUpdating: last !== own, ...change })
      try {
        const { user: stored } = await updating
        settle({ user: stored })
        return stored
      } catch (error) {
        settle({ error: error as ChatError })
        throw error
      }
    },
  }
}
