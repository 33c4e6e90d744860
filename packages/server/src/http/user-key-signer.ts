import { createHash } from 'node:crypto'
import { compactVerify, errors, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import { ApiError } from '../domain/api-error.ts'
import type { UserRecord } from '../domain/records.ts'

/** What a valid user key says. */
export interface KeyClaims {
  readonly userId: string
  /** Identifies the user for whom the server signed the key; undefined in keys that the bot's operator signed. */
  readonly keyNonce: string | undefined
  /** Milliseconds since 1970; Infinity for a key that does not expire. */
  readonly expiresAt: number
}

/** Signs and checks the user keys of one bot: JWTs, HS256 and nothing else. */
export interface UserKeySigner {
  /** Equal for two bots only if they share a secret. */
  readonly keyId: string
  sign(user: Pick<UserRecord, 'id' | 'keyNonce'>): Promise<string>
  /** @throws ApiError of type `Unauthorized`. */
  verify(key: string | undefined): Promise<KeyClaims> | KeyClaims
}

/** Size of the cache: 10,000 keys as the server signs them, fewer if an operator's keys are long. */
const maxRememberedBytes = 8 * 1024 * 1024
/** The size of a cache entry without its strings. */
const entryBytes = 300
const maxKeyLength = 4_096
/** Tolerates differing clocks of an operator's backend and this server. */
const clockSkewMs = 5_000
const decoder = new TextDecoder()

interface Verified extends KeyClaims {
  readonly notBefore: number
}

/** @param options.secret - The encryption key. Operators who sign keys themselves have it as well. */
export function createUserKeySigner(options: {
  secret: string
  webhookId: string
  now: () => number
}): UserKeySigner {
  const { secret, webhookId, now } = options
  const secretBytes = new TextEncoder().encode(secret)
  const keyId = createHash('sha256').update('parley key id\0').update(secret).digest('base64url').slice(0, 11)
  /** Keys with a verified signature. */
  const verified = new LRUCache<string, Verified>({
    maxSize: maxRememberedBytes,
    sizeCalculation: ({ userId }, key) => entryBytes + key.length + userId.length,
  })

  const inTime = (claims: Verified): KeyClaims => {
    if (claims.expiresAt <= now()) throw refuse('it has expired; get a new one')
    if (claims.notBefore > now() + clockSkewMs) throw refuse('it is not valid yet')
    return claims
  }

  const verifyNew = async (key: string): Promise<KeyClaims> => {
    const claims = await read(key, { secret: secretBytes, webhookId })
    verified.set(key, claims)
    return inTime(claims)
  }

  return {
    keyId,
    sign: async ({ id, keyNonce }) =>
      new SignJWT({ id, ...(keyNonce === undefined ? {} : { parley: { bot: webhookId, user: keyNonce } }) })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: keyId })
        .sign(secretBytes),
    verify: (key) => {
      if (key === undefined || key === '') throw refuse('the header x-user-key is missing')
      if (key.length > maxKeyLength) throw refuse('it is longer than any key of this server')
      const known = verified.get(key)
      return known ? inTime(known) : verifyNew(key)
    },
  }
}

async function read(
  key: string,
  { secret, webhookId }: { secret: Uint8Array; webhookId: string },
): Promise<Verified> {
  try {
    const { payload } = await compactVerify(key, secret, { algorithms: ['HS256'] })
    return claimsOf(JSON.parse(decoder.decode(payload)), webhookId)
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    const isSignature = cause instanceof errors.JWSSignatureVerificationFailed
    throw refuse(
      isSignature ? 'its signature does not fit this bot' : 'it is not a JWT signed with HS256',
      cause,
    )
  }
}

function claimsOf(payload: unknown, webhookId: string): Verified {
  if (!isObject(payload)) throw refuse('its payload is not an object')
  const { id, exp, nbf, parley } = payload
  if (typeof id !== 'string') throw refuse('its payload has no "id"')
  return {
    userId: id,
    keyNonce: parley === undefined ? undefined : nonceOf(parley, webhookId),
    expiresAt: seconds(exp, 'exp') ?? Infinity,
    notBefore: seconds(nbf, 'nbf') ?? -Infinity,
  }
}

/**
 * The private claim of keys that the server signed. If two bots share a secret, a key of one is invalid for the other.
 */
function nonceOf(claim: unknown, webhookId: string): string {
  if (!isObject(claim) || typeof claim['user'] !== 'string') throw refuse('its claim "parley" is malformed')
  if (claim['bot'] !== webhookId) throw refuse('it was signed for another bot')
  return claim['user']
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function seconds(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number') throw refuse(`its ${name} is not a number`)
  return value * 1000
}

function refuse(reason: string, cause?: unknown): ApiError {
  return new ApiError('Unauthorized', `Unable to accept the user key; ${reason}.`, { cause })
}
