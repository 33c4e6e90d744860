import type { User } from '@parley/core'
import { useUser as usePlainUser, type UserResult } from '../hooks/use-user.ts'
import { useConnected } from './use-connected.ts'

/**
 * As `useUser` of `@parley/react`, and it suspends until somebody is connected.
 *
 * @throws ChatError that no retry can mend, to the error boundary above: `Unauthorized`, `ResourceNotFound`.
 */
export function useUser(): UserResult & { readonly user: User } {
  useConnected()
  return usePlainUser() as UserResult & { readonly user: User }
}
