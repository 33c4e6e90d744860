import type { WireErrorType } from '@parley/core/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../domain/api-error.ts'
import { requireMatchingNonce } from '../domain/checks.ts'
import type { Caller } from '../domain/transaction.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import type { ReplayLimits } from '../signals/open-conversation-stream.ts'
import type { ReplayThrottle } from '../signals/replay-throttle.ts'
import type { SendBudget } from '../signals/send-budget.ts'
import type { Storage } from '../storage/storage.ts'
import type { BodyShare } from './body-budget.ts'
import type { BotContext } from './bot-context.ts'
import type { InFlightRequests } from './in-flight-requests.ts'
import type { StreamLimit } from './stream-limit.ts'
import type { KeyClaims } from './user-key-signer.ts'

/** What every route has to do with. */
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
   * as unfinished.
   */
  readonly waitForEarlierResponses: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The hook of the other routes. */
  readonly startImmediately: (request: FastifyRequest) => Promise<void>
  readonly inFlight: Pick<InFlightRequests, 'onFinished'>
  readonly authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

declare module 'fastify' {
  interface FastifyRequest {
    bot: BotContext
    claims: KeyClaims | undefined
    /** The memory of the body, until its handler starts. */
    bodyShare: BodyShare | undefined
  }
}

/** Checks the key of a request. A key that claims to be the bot is refused: nobody but the server speaks for it. */
export async function authenticate(request: FastifyRequest): Promise<void> {
  const key = request.headers['x-user-key']
  const { bot } = request
  const claims = await bot.keySigner.verify(Array.isArray(key) ? key.join(',') : key)
  if (claims.userId === bot.record.userId) {
    throw new ApiError('Unauthorized', "Unable to accept the user key; it claims the bot's own id.")
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
 * Returns the error to respond with: an invalid key takes precedence over `error`. The handler detects the key of a
 * deleted user with the same id, but errors in the body or the query occur before it runs.
 */
export async function findFirstError(
  request: FastifyRequest,
  error: unknown,
  { queries: reads }: Pick<Storage, 'queries'>,
): Promise<unknown> {
  if (!request.claims?.keyNonce || (error instanceof ApiError && errorsAfterKeyCheck.has(error.type)))
    return error
  try {
    const caller = getCaller(request)
    const user = await reads.user(caller.bot, caller.userId)
    if (user) requireMatchingNonce(user, caller)
    return error
  } catch (refusal) {
    return refusal
  }
}

/** For the one operation that needs no key: a bot whose operator signs the keys makes no users of strangers. */
export async function requireSharedAuth({ bot }: FastifyRequest): Promise<void> {
  if (bot.auth === 'shared') return
  throw new ApiError(
    'Unauthorized',
    "Unable to create the user; this bot's users get their keys from its operator. Call getOrCreateUser with such a key.",
  )
}

/** The caller, as the domain knows it. */
export function getCaller(request: FastifyRequest): Caller {
  const { userId, keyNonce } = getClaims(request)
  return { bot: request.bot.record, userId, keyNonce }
}

export function getClaims(request: FastifyRequest): KeyClaims {
  if (!request.claims) throw new Error('a route without authentication asked who called')
  return request.claims
}
