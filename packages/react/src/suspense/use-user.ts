import type { User } from '@parley/core'
import { useUser as useBaseUser, type UserResult } from '../hooks/use-user.ts'
import { useConnected } from './use-connected.ts'

/**
 * Like `useUser` of `@parley/react`, but suspends until a user is connected.
 *
 * @throws ChatError if the error is permanent: `Unauthorized`, `ResourceNotFound`. Catch it with an error boundary.
 */
export function useUser(): UserResult & { readonly user: User } {
  useConnected()
  return useBaseUser() as UserResult & { readonly user: User }
}
