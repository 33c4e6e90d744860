import type { WireErrorType } from '@parley/core/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { requireMatchingNonce } from '../domain/checks.ts'
import type { Storage } from '../domain/storage.ts'
import type { Caller } from '../domain/transaction.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import type { ReplayLimits } from '../signals/open-conversation-stream.ts'
import type { ReplayThrottle } from '../signals/replay-throttle.ts'
import type { SendBudget } from '../signals/send-budget.ts'
import { ApiError } from '../wire/api-error.ts'
import type { BotContext } from './bot-context.ts'
import type { InFlightRequests } from './in-flight-requests.ts'
import type { BodyShare } from './request-body.ts'
import type { StreamLimit } from './stream-limit.ts'
import type { KeyClaims } from './user-key-signer.ts'

/** What every route needs. */
export interface AppContext {
  readonly storage: Storage
  readonly hub: Hub
  readonly logger: Logger
  readonly replay: ReplayLimits
  readonly replayThrottle: ReplayThrottle
  readonly sendBudget: SendBudget
  readonly streamLimit: StreamLimit
  /** Closes a large response or a stream that makes no progress for this long. */
  readonly stallTimeoutMs: number
  readonly now: () => number
  readonly monotonicNow: () => number
  readonly corsHeaders: (request: FastifyRequest) => Record<string, string>
  /**
   * A hook that delays a request until earlier responses on its connection have been sent. Until then, its body counts
   * against the body budget.
   */
  readonly waitForEarlierResponses: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The hook of routes that do not wait. */
  readonly startImmediately: (request: FastifyRequest) => Promise<void>
  readonly inFlight: Pick<InFlightRequests, 'onFinished'>
  readonly authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

declare module 'fastify' {
  interface FastifyRequest {
    bot: BotContext
    claims: KeyClaims | undefined
    /** The body's share of the body budget, until the handler starts. */
    bodyShare: BodyShare | undefined
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
