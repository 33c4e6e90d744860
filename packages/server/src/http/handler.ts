import type { IdempotencyKey } from '../domain/commands.ts'
import type { Storage } from '../domain/storage.ts'
import type { Caller } from '../domain/transaction.ts'
import type { BotContext } from './bot-context.ts'

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
  /** Defined if the request has an `Idempotency-Key`. */
  readonly idempotencyKey: IdempotencyKey | undefined
}

/** Runs one operation. Returns its result as JSON: a string, or encoded as UTF-8. */
export type Handler<Body = unknown, Query = unknown> = (
  context: RequestContext<Body, Query>,
) => Promise<string | Uint8Array>
