import { compactVerify, errors, SignJWT } from 'jose'
import { Refusal } from '../domain/refusal.ts'

/** What a valid user key says. */
export interface KeyClaims {
  readonly userId: string
  /** Milliseconds since 1970; Infinity for a key that does not expire. */
  readonly expiresAt: number
}

/** Signs and checks the user keys of one bot: JWTs, HS256 and nothing else. */
export interface KeyRing {
  sign(userId: string): Promise<string>
  /** @throws Refusal of type `Unauthorized`. */
  verify(key: string | undefined): Promise<KeyClaims> | KeyClaims
}

const mostRemembered = 10_000
const maxKeyLength = 4_096
const decoder = new TextDecoder()

interface Verified extends KeyClaims {
  readonly notBefore: number
}

/** @param secret - The encryption key that the bot's operator holds as well, if they sign keys themselves. */
export function createKeyRing(secret: string, now: () => number): KeyRing {
  const secretBytes = new TextEncoder().encode(secret)
  /** Signatures that were checked before, oldest first. */
  const verified = new Map<string, Verified>()

  const inTime = (claims: Verified): KeyClaims => {
    if (claims.expiresAt <= now()) throw refuse('it has expired; get a new one')
    if (claims.notBefore > now()) throw refuse('it is not valid yet')
    return claims
  }

  const verifyNew = async (key: string): Promise<KeyClaims> => {
    const claims = await read(key, secretBytes)
    if (verified.size >= mostRemembered)
      for (const oldest of verified.keys()) {
        verified.delete(oldest)
        break
      }
    verified.set(key, claims)
    return inTime(claims)
  }

  return {
    sign: async (userId) =>
      new SignJWT({ id: userId }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(secretBytes),
    verify: (key) => {
      if (key === undefined || key === '') throw refuse('the header x-user-key is missing')
      if (key.length > maxKeyLength) throw refuse('it is longer than any key of this server')
      const known = verified.get(key)
      return known ? inTime(known) : verifyNew(key)
    },
  }
}

async function read(key: string, secret: Uint8Array): Promise<Verified> {
  try {
    const { payload } = await compactVerify(key, secret, { algorithms: ['HS256'] })
    return claimsOf(JSON.parse(decoder.decode(payload)))
  } catch (cause) {
    if (cause instanceof Refusal) throw cause
    const isSignature = cause instanceof errors.JWSSignatureVerificationFailed
    throw refuse(
      isSignature ? 'its signature does not fit this bot' : 'it is not a JWT signed with HS256',
      cause,
    )
  }
}

function claimsOf(payload: unknown): Verified {
  if (typeof payload !== 'object' || payload === null) throw refuse('its payload is not an object')
  const { id, exp, nbf } = payload as Record<string, unknown>
  if (typeof id !== 'string') throw refuse('its payload has no "id"')
  return {
    userId: id,
    expiresAt: seconds(exp, 'exp') ?? Infinity,
    notBefore: seconds(nbf, 'nbf') ?? -Infinity,
  }
}

function seconds(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number') throw refuse(`its ${name} is not a number`)
  return value * 1000
}

function refuse(reason: string, cause?: unknown): Refusal {
  return new Refusal('Unauthorized', `Unable to accept the user key; ${reason}.`, { cause })
}
