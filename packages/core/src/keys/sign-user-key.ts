import { SignJWT } from 'jose'
import { schemas } from '../contract/schemas.ts'
import { operationError } from '../errors/chat-error.ts'

export interface SignUserKeyOptions {
  /** The user's id: 1 to 70 letters, digits, `_`, `-`, `\` and `/`. */
  userId: string
  /** The secret with which the bot's server verifies keys. */
  encryptionKey: string
  /** The lifetime of the key. Default: unlimited. */
  expiresInSeconds?: number
  /** Returns the time in milliseconds from which the lifetime counts. Default: `Date.now`. */
  now?: () => number
}

const idPattern = new RegExp(schemas.Id.pattern)

/**
 * Creates the key of a user: a JWT (HS256) with the user's id. Sends nothing; connecting creates the user.
 *
 * @throws ChatError: `InvalidIdentifier` if the id is invalid, `InvalidPayload` if the encryption key is empty.
 */
export async function signUserKey(options: SignUserKeyOptions): Promise<string> {
  const { userId, encryptionKey, expiresInSeconds, now = Date.now } = options
  if (!idPattern.test(userId)) {
    const rule = 'Use 1 to 70 characters, each a letter, a digit, "_", "-", "\\" or "/".'
    throw operationError(
      'signUserKey',
      'InvalidIdentifier',
      `the user id ${JSON.stringify(userId)} is invalid. ${rule}`,
    )
  }
  if (encryptionKey === '') {
    throw operationError(
      'signUserKey',
      'InvalidPayload',
      "the encryption key is empty. Pass the secret of the bot's server.",
    )
  }

  const token = new SignJWT({ id: userId }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
  if (expiresInSeconds !== undefined) token.setExpirationTime(Math.floor(now() / 1000) + expiresInSeconds)
  // Not the bytes: jose refuses those of jsdom, which are no instance of the global Uint8Array.
  const secret = new TextEncoder().encode(encryptionKey)
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return token.sign(key)
}
