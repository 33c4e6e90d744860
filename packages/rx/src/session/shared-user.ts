import type { ChatError, ConnectedUser, Profile, User } from '@parley/core'
import { BehaviorSubject } from 'rxjs'
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
export interface SharedUser extends Store<UserState> {
  /**
   * Stores what the user says of themselves: fields that are not given stay.
   *
   * @throws ChatError; `error` has it as well.
   */
  update: (profile: Profile) => Promise<User>
}

export function createSharedUser(user: User | undefined, me: () => ConnectedUser): SharedUser {
  const initial: UserState = { user, isUpdating: false, error: undefined }
  const state$ = new BehaviorSubject(initial)

  return {
    ...createStore(state$, initial),
    async update(profile) {
      const former = state$.value.user
      state$.next({ user: former, isUpdating: true, error: undefined })
      try {
        const answer = await me().updateUser(profile)
        state$.next({ ...initial, user: answer.user })
        return answer.user
      } catch (error) {
        state$.next({ ...initial, user: former, error: error as ChatError })
        throw error
      }
    },
  }
}
