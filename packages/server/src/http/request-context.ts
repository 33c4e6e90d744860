import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IdempotencyKey } from '../domain/commands.ts'
import type { PageQuery } from '../domain/queries.ts'
import type { Storage } from '../domain/storage.ts'
import type { Caller } from '../domain/transaction.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import type { ReplayLimits } from '../signals/open-conversation-stream.ts'
import type { ReplayThrottle } from '../signals/replay-throttle.ts'
import type { SendBudget } from '../signals/send-budget.ts'
import { decodePageToken, type ListName } from '../wire/page.ts'
import type { BotContext } from './authentication.ts'
import type { InFlightRequests } from './http-server.ts'

/** An authenticated and validated request. `Body` and `Query` are the types of the contract. */
export interface RequestContext<Body = unknown, Query = unknown> {
  readonly bot: BotContext
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** The members of the body, as the JSON text that the client sent. */
  readonly bodyText: () => Map<string, string>
  readonly storage: Storage
  readonly hub: Hub
  /** Defined if the request has an `Idempotency-Key`. */
  readonly idempotencyKey: IdempotencyKey | undefined
}

/** Runs one operation. Returns its result as JSON: a string, or encoded as UTF-8. Undefined: an empty response. */
export type Handler<Body = unknown, Query = unknown> = (
  context: RequestContext<Body, Query>,
) => Promise<string | Uint8Array | undefined>

const defaultLimit = 20

/** @throws ApiError of type `InvalidQuery` if the token is not from this list. */
export function parsePageQuery(
  list: ListName,
  scope: number,
  query: { nextToken?: string; limit?: number },
): PageQuery {
  const { nextToken, limit = defaultLimit } = query
  return { cursor: decodePageToken(list, scope, nextToken), limit }
}

/** What every route needs. */
export interface AppContext {
  readonly storage: Storage
  readonly hub: Hub
  readonly logger: Logger
  readonly replay: ReplayLimits
  readonly replayThrottle: ReplayThrottle
  readonly sendBudget: SendBudget
  readonly maxStreamsPerUser: number
  /** Closes a large response or a stream that makes no progress for this long. */
  readonly stallTimeoutMs: number
  readonly now: () => number
  readonly monotonicNow: () => number
  /** The headers of every response to this request. */
  readonly responseHeaders: (request: FastifyRequest) => Record<string, string>
  /**
   * A hook that delays a request until earlier responses on its connection have been sent. Until then, its body counts
   * against the body budget.
   */
  readonly waitForEarlierResponses: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The hook of routes that do not wait. */
  readonly startImmediately: (request: FastifyRequest) => Promise<void>
  readonly inFlight: Pick<InFlightRequests, 'onFinished'>
}
