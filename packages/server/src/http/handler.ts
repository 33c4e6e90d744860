import type { IdempotencyKey } from '../domain/idempotency.ts'
import type { Caller } from '../domain/transaction.ts'
import type { Storage } from '../storage/storage.ts'
import type { BotContext } from './bot-context.ts'

/** A request that passed authentication and validation; `Body` and `Query` are as the contract types them. */
export interface RequestContext<Body = unknown, Query = unknown> {
  readonly bot: BotContext
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** The body's members as the JSON text that came. */
  readonly bodyText: () => Map<string, string>
  readonly storage: Storage
  /** For a request that its caller may repeat. */
  readonly once: IdempotencyKey | undefined
}

/** Answers one operation with its result as JSON: a text or its UTF-8. */
export type Handler<Body = unknown, Query = unknown> = (
  call: RequestContext<Body, Query>,
) => Promise<string | Uint8Array>
