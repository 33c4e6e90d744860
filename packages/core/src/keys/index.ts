/**
 * Signs user keys in your backend. Keep the encryption key there: it allows acting as any user.
 *
 * ```ts
 * import { signUserKey } from '@parley/core/keys'
 *
 * const userKey = await signUserKey({ userId: 'ada', encryptionKey, expiresInSeconds: 3600 })
 * ```
 *
 * - `signUserKey`: creates the key of a user
 */
export { signUserKey, type SignUserKeyOptions } from './sign-user-key.ts'
