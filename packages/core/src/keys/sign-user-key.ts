import { SignJWT } from 'jose'
import { schemas } from '../contract/schemas.ts'
import { unableTo } from '../errors/unable-to.ts'

export interface SignUserKeyOptions {
  /** Whom the key is for: 1 to 70 letters, digits, `_`, `-`, `\` and `/`. */
  userId: string
  /** The secret that the bot's server checks keys with. */
  encryptionKey: string
  /** How long the key is good for. Default: without end. */
  expiresInSeconds?: number
  /** The time in milliseconds from which the key counts. Default: `Date.now`. */
  now?: () => number
}

const idPattern = new RegExp(schemas.Id.pattern)

/**
 * Makes the key of a user: a JWT, HS256, that holds the user's id. Sends nothing: the user comes into being on connecting.
 *
 * @throws ChatError: `InvalidIdentifier` for an id that no server takes, `InvalidPayload` for an empty encryption key.
 */
export async function signUserKey(options: SignUserKeyOptions): Promise<string> {
  const { userId, encryptionKey, expiresInSeconds, now = Date.now } = options
  if (!idPattern.test(userId)) {
    const rule = 'Give 1 to 70 characters, each a letter, a digit, "_", "-", "\\" or "/".'
    throw unableTo(
      'signUserKey',
      'InvalidIdentifier',
      `the user id ${JSON.stringify(userId)} is not allowed. ${rule}`,
    )
  }
  if (encryptionKey === '') {
    throw unableTo(
      'signUserKey',
      'InvalidPayload',
      "the encryption key is empty. Give the secret of the bot's server.",
    )
  }

  const token = new SignJWT({ id: userId }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
  if (expiresInSeconds !== undefined) token.setExpirationTime(Math.floor(now() / 1000) + expiresInSeconds)
  return token.sign(new TextEncoder().encode(encryptionKey))
}
