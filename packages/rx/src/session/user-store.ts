import type { ChatError, ConnectedUser, Profile, User } from '@parley/core'
import { createState, type State } from '../time/state.ts'
import { createStore, type Store } from './store.ts'

/** What there is to see of the connected user. */
export interface UserState {
  /** Undefined until somebody is connected; what `update` has stored is in it. */
  readonly user: User | undefined
  readonly isUpdating: boolean
  /** Why the last `update` failed. */
  readonly error: ChatError | undefined
}

/** The user as all components of a view share them. */
export interface UserStore extends Store<UserState> {
  /**
   * Stores what the user says of themselves: fields that are not given stay.
   *
   * @throws ChatError; `error` has it as well.
   */
  update: (profile: Profile) => Promise<User>
}

export function createSharedUser(
  user$: State<ConnectedUser | undefined>,
  me: () => ConnectedUser,
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
      // One after the other: what is given last is what is stored.
      const updating = last.then(() => me().updateUser(profile))
      const own = (last = updating.catch(() => {}))
      const tell = (news: Partial<UserState>): void =>
        state$.next({ ...state$.value, isUpdating: last !== own, ...news })
      try {
        const { user: stored } = await updating
        tell({ user: stored })
        return stored
      } catch (error) {
        tell({ error: error as ChatError })
        throw error
      }
    },
  }
}
