import { createHmac } from 'node:crypto'

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512', RS256: 'sha256' }

/** Signs a user key by hand, right or wrong: a key that claims RS256 is one that mixes up the two kinds of key. */
export function signKey(
  payload: unknown,
  { secret, algorithm = 'HS256' }: { secret: string; algorithm?: keyof typeof hashes },
): string {
  const signed = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(payload)}`
  return `${signed}.${createHmac(hashes[algorithm], secret).update(signed).digest('base64url')}`
}

/** A key that says it needs no signature, and has none. */
export function unsignedKey(payload: unknown): string {
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.`
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
