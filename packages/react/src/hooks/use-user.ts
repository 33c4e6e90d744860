import type { UserStore, UserState } from '@parley/rx/session'
import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { useStore } from './use-store.ts'

/** The connected user, and `update` to change what they say of themselves. */
export type UserResult = UserState & Pick<UserStore, 'update'>

/** The connected user, as they are after every `update`. */
export function useUser(): UserResult {
  const { user } = useChatContext().session
  const state = useStore(user)
  return useMemo(() => ({ ...state, update: user.update }), [state, user])
}
