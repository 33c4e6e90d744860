import { createHmac } from 'node:crypto'

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512', RS256: 'sha256' }

/**
 * Signs a user key with any payload. With `RS256`, the header names that algorithm but the signature is an HMAC, as in
 * an attack that confuses the two.
 */
export function signTestKey(
  payload: unknown,
  { secret, algorithm = 'HS256' }: { secret: string; algorithm?: keyof typeof hashes },
): string {
  const signedText = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(payload)}`
  return `${signedText}.${createHmac(hashes[algorithm], secret).update(signedText).digest('base64url')}`
}

/** Creates a key with the algorithm `none` and no signature. */
export function createUnsignedKey(payload: unknown): string {
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.`
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
