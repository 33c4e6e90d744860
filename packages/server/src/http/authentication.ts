import { createHash } from 'node:crypto'
import type { WireErrorType } from '@parley/core/contract'
import type { FastifyRequest } from 'fastify'
import { compactVerify, errors, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { BotDefinition } from '../bots/bot-definition.ts'
import type { BotRunner } from '../bots/bot-runner.ts'
import { requireMatchingNonce } from '../domain/checks.ts'
import type { BotRecord, UserRecord } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import type { Caller } from '../domain/transaction.ts'
import { ApiError } from '../wire/api-error.ts'

/** A bot of this server and what its routes need. */
export interface BotContext {
  readonly webhookId: string
  readonly record: BotRecord
  readonly definition: BotDefinition
  readonly keySigner: UserKeySigner
  /** `shared`: anyone can create a user and gets a key. `personal`: the operator signs the keys of known users. */
  readonly auth: 'shared' | 'personal'
  /** Undefined for a bot without handlers. */
  readonly runner?: BotRunner
}

declare module 'fastify' {
  interface FastifyRequest {
    bot: BotContext
    /** Defined on routes that need a user key. */
    claims: KeyClaims | undefined
  }
}

/** Checks the user key of a request. Rejects keys with the bot's own user id: only the server writes as the bot. */
export async function authenticate(request: FastifyRequest): Promise<void> {
  const key = request.headers['x-user-key']
  const { bot } = request
  const claims = await bot.keySigner.verify(Array.isArray(key) ? key.join(',') : key)
  if (claims.userId === bot.record.userId) {
    throw new ApiError(
      'Unauthorized',
      "Unable to accept the user key; it has the bot's own user id. Use the id of a user.",
    )
  }
  request.claims = claims
}

/** Errors that occur after the key was compared with its user, or that do not depend on the caller. */
const errorsAfterKeyCheck: ReadonlySet<WireErrorType> = new Set([
  'Unauthorized',
  'Forbidden',
  'ResourceNotFound',
  'AlreadyExists',
  'Unavailable',
])

/**
 * Returns the error to respond with: an invalid key takes precedence over `error`. Handlers detect the key of a deleted
 * user whose id is in use again, but errors in the body or the query occur before a handler runs.
 */
export async function findFirstError(
  request: FastifyRequest,
  error: unknown,
  { queries }: Pick<Storage, 'queries'>,
): Promise<unknown> {
  if (!request.claims?.keyNonce || (error instanceof ApiError && errorsAfterKeyCheck.has(error.type)))
    return error
  try {
    const caller = getCaller(request)
    const user = await queries.user(caller.bot, caller.userId)
    if (user) requireMatchingNonce(user, caller)
    return error
  } catch (keyError) {
    return keyError
  }
}

/** Guards `createUser`, the one operation without a user key: in personal mode, the operator signs all keys. */
export async function requireSharedAuth({ bot }: FastifyRequest): Promise<void> {
  if (bot.auth === 'shared') return
  throw new ApiError(
    'Unauthorized',
    "Unable to create the user; this bot's operator signs the user keys. Get a key from them and call getOrCreateUser.",
  )
}

/** The caller, as commands and queries expect it. */
export function getCaller(request: FastifyRequest): Caller {
  const { userId, keyNonce } = getClaims(request)
  return { bot: request.bot.record, userId, keyNonce }
}

export function getClaims(request: FastifyRequest): KeyClaims {
  if (!request.claims) throw new Error('getClaims() was called on a route without authentication')
  return request.claims
}

/** The claims of a valid user key. */
export interface KeyClaims {
  readonly userId: string
  /** Identifies the user for whom the server signed the key; undefined in keys that the bot's operator signed. */
  readonly keyNonce: string | undefined
  /** Milliseconds since 1970; Infinity for a key that does not expire. */
  readonly expiresAt: number
}

/** Signs and verifies the user keys of one bot: JWTs with HS256 only. */
export interface UserKeySigner {
  /** Two bots have the same `keyId` only if they share a secret. */
  readonly keyId: string
  sign(user: Pick<UserRecord, 'id' | 'keyNonce'>): Promise<string>
  /** @throws ApiError of type `Unauthorized`. */
  verify(key: string | undefined): Promise<KeyClaims> | KeyClaims
}

/** Holds 10,000 keys that the server signed, fewer if an operator's keys are longer. */
const maxCacheBytes = 8 * 1024 * 1024
/** The size of a cache entry without its strings. */
const entryBytes = 300
const maxKeyLength = 4_096
/** How far the clocks of an operator's backend and this server may differ. */
const clockSkewMs = 5_000
const decoder = new TextDecoder()

interface Verified extends KeyClaims {
  readonly notBefore: number
}

/** @param options.secret - The encryption key, which operators who sign keys themselves also have. */
export function createUserKeySigner(options: {
  secret: string
  webhookId: string
  now: () => number
}): UserKeySigner {
  const { secret, webhookId, now } = options
  const importedKey = importKey(secret)
  const keyId = createHash('sha256').update('parley key id\0').update(secret).digest('base64url').slice(0, 11)
  /** Keys with a verified signature. */
  const verified = new LRUCache<string, Verified>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ userId }, key) => entryBytes + key.length + userId.length,
  })

  const assertInTime = (claims: Verified): KeyClaims => {
    if (claims.expiresAt <= now()) throw invalidKey('it has expired. Get a new one')
    if (claims.notBefore > now() + clockSkewMs)
      throw invalidKey('it is not valid before its nbf. Check the clocks')
    return claims
  }

  const verifyNew = async (key: string): Promise<KeyClaims> => {
    const claims = await readKey(key, { secret: await importedKey, webhookId })
    verified.set(key, claims)
    return assertInTime(claims)
  }

  return {
    keyId,
    sign: async ({ id, keyNonce }) =>
      new SignJWT({ id, ...(keyNonce === undefined ? {} : { parley: { bot: webhookId, user: keyNonce } }) })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: keyId })
        .sign(await importedKey),
    verify: (key) => {
      if (key === undefined || key === '')
        throw invalidKey('the header x-user-key is missing. Send the key that createUser returned')
      if (key.length > maxKeyLength)
        throw invalidKey(`it is longer than ${maxKeyLength} characters. Get a shorter one`)
      const cached = verified.get(key)
      return cached ? assertInTime(cached) : verifyNew(key)
    },
  }
}

/** jose refuses the bytes of a secret in tests with jsdom, whose arrays are no instances of the global Uint8Array. */
function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
    'verify',
  ])
}

async function readKey(
  key: string,
  { secret, webhookId }: { secret: CryptoKey; webhookId: string },
): Promise<Verified> {
  try {
    const { payload } = await compactVerify(key, secret, { algorithms: ['HS256'] })
    return readClaims(JSON.parse(decoder.decode(payload)), webhookId)
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    const isSignature = cause instanceof errors.JWSSignatureVerificationFailed
    throw invalidKey(
      isSignature
        ? 'it is not signed with the secret of this bot. Get a new one'
        : 'it is not a JWT signed with HS256. Send the key that createUser returned',
      cause,
    )
  }
}

function readClaims(payload: unknown, webhookId: string): Verified {
  if (!isObject(payload)) throw invalidKey('its payload is not an object. Sign { "id": … }')
  const { id, exp, nbf, parley } = payload
  if (typeof id !== 'string') throw invalidKey('its payload has no "id". Sign { "id": … }')
  return {
    userId: id,
    keyNonce: parley === undefined ? undefined : readNonce(parley, webhookId),
    expiresAt: readSeconds(exp, 'exp') ?? Infinity,
    notBefore: readSeconds(nbf, 'nbf') ?? -Infinity,
  }
}

/**
 * Reads the private claim of keys that the server signed. If two bots share a secret, a key of one is still invalid for
 * the other.
 */
function readNonce(claim: unknown, webhookId: string): string {
  if (!isObject(claim) || typeof claim['user'] !== 'string')
    throw invalidKey('its claim "parley" is malformed. Leave it out')
  if (claim['bot'] !== webhookId) throw invalidKey('it was signed for another bot. Use a key of this bot')
  return claim['user']
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readSeconds(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number') throw invalidKey(`its ${name} is not a number. Use seconds since 1970`)
  return value * 1000
}

function invalidKey(reason: string, cause?: unknown): ApiError {
  return new ApiError('Unauthorized', `Unable to accept the user key; ${reason}.`, { cause })
}
