import type { CustomSchemas } from '../custom-types/custom-schemas.ts'
import type { RetryOptions } from '../http/retry.ts'
import type { Clock } from '../time/clock.ts'

/** The server's address, and how the client communicates with it. */
export type ChatOptions<Schemas extends CustomSchemas = CustomSchemas> = ChatAddress & {
  /** The time limit of each attempt of a call, in milliseconds. Default: 30,000. */
  timeoutMs?: number
  /** A stream that receives nothing for this long counts as lost. Servers ping at least every 25 s. Default: 60,000. */
  idleTimeoutMs?: number
  retry?: RetryOptions
  /** Schemas of the app's own metadata and custom events. Default: any JSON objects. */
  schemas?: Schemas
  /** Sends each `Request`. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Returns random numbers from 0 to 1, for the jitter of delays. Default: `Math.random`. */
  random?: () => number
  /** The source of time, for tests. Default: the system clock. */
  clock?: Clock
}

/**
 * A bot's address: its webhook id on the hosted service, or its base URL on any server, such as
 * `http://127.0.0.1:3000/demo`.
 */
export type ChatAddress = { webhookId: string; url?: never } | { url: string; webhookId?: never }
