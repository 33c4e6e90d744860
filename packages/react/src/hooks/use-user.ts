import { useMemo } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { createTrackedResult, useStore } from '../state/store.ts'
import type { UserState, UserStore } from '../state/user-store.ts'

/** The connected user, and `update` to change their profile. */
export type UserResult = UserState & Pick<UserStore, 'update'>

/** Returns the connected user, including all changes made by `update`. */
export function useUser(): UserResult {
  const { user } = useChatContext().view
  return useStore(useMemo(() => createTrackedResult(user, names, { update: user.update }), [user]))
}

const names = ['user', 'isUpdating', 'error'] as const
