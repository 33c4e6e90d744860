/**
 * Signs user keys in your own backend, for users that you know. Keep the encryption key there: who has it can be any user.
 *
 * ```ts
 * import { signUserKey } from '@parley/core/keys'
 *
 * const userKey = await signUserKey({ userId: 'ada', encryptionKey, expiresInSeconds: 3600 })
 * ```
 *
 * - `signUserKey`: makes the key of a user
 */
export { signUserKey, type SignUserKeyOptions } from './sign-user-key.ts'
