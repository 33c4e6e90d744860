import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { useStore } from '../state/store.ts'
import type { UserState, UserStore } from '../state/user-store.ts'

/** The connected user, and `update` to change their profile. */
export type UserResult = UserState & Pick<UserStore, 'update'>

/** Returns the connected user, including all changes made by `update`. */
export function useUser(): UserResult {
  const { user } = useChatContext().view
  const state = useStore(user)
  return useMemo(() => ({ ...state, update: user.update }), [state, user])
}
