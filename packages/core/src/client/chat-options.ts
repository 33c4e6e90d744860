import type { CustomSchemas } from '../custom-types/custom-schemas.ts'
import type { RetryOptions } from '../http/retry.ts'
import type { Clock } from '../time/clock.ts'

/** Where the server is, and how to talk to it. */
export type ChatOptions<Schemas extends CustomSchemas = CustomSchemas> = ChatAddress & {
  /** How long to wait for an answer, for each attempt. Default: 30,000. */
  timeoutMs?: number
  /** How long a stream may be silent before it counts as lost. Servers send something every 25 s. Default: 60,000. */
  idleTimeoutMs?: number
  retry?: RetryOptions
  /** The app's own types of metadata and events. Default: any JSON objects. */
  schemas?: Schemas
  /** Sends the requests, each a `Request`, in place of the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Randomness between 0 and 1, for the waits between attempts. Default: `Math.random`. */
  random?: () => number
  /** Time, for tests. Default: the system's. */
  clock?: Clock
}

/** A bot's address: its webhook id at the hosted service, or the base URL of any server, as `http://127.0.0.1:3000/demo`. */
export type ChatAddress = { webhookId: string; url?: never } | { url: string; webhookId?: never }
