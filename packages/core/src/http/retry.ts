import { errorTypes } from '../contract/error-types.ts'
import { isChatError, type ChatError } from '../errors/chat-error.ts'

/** How many times, and after which delays, a failed request is retried. */
export interface RetryOptions {
  /** The maximum number of attempts per call, including the first. Default: 3. */
  attempts?: number
  /**
   * The maximum delay before the second attempt; it doubles with each attempt. Delays have full jitter. Default: 300.
   */
  baseDelayMs?: number
  /** The maximum delay. If a server asks for a longer one (`retry-after`), the call fails instead. Default: 30,000. */
  maxDelayMs?: number
}

export interface RetryPolicy extends Required<RetryOptions> {
  random: () => number
}

/** Returns the delay before the next attempt, or undefined if there must be none. */
export function retryDelayMs(
  error: ChatError,
  request: { isRepeatable: boolean; attempt: number },
  policy: RetryPolicy,
): number | undefined {
  if (request.attempt >= policy.attempts || !isRetryable(error)) return undefined
  if (!request.isRepeatable && !wasNotProcessed(error)) return undefined

  const { retryAfterMs = 0 } = error
  if (retryAfterMs > policy.maxDelayMs) return undefined
  const backoffMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (request.attempt - 1))
  return Math.max(retryAfterMs, policy.random() * backoffMs)
}

/** Whether the same call can succeed later. */
export function isRetryable(error: unknown): error is ChatError {
  // A newer copy of this package may have thrown it, with a type unknown to this copy.
  const types: Partial<Record<string, { isRetryable: boolean }>> = errorTypes
  return isChatError(error) && !!types[error.type]?.isRetryable
}

/** The types of errors that occur before a request is processed. */
const unprocessedTypes = /^(RateLimited|Unavailable|KeyUnavailable)$/

/** Whether the request was rejected or never sent, so that repeating it is safe even for a POST. */
export function wasNotProcessed({ type, cause }: ChatError): boolean {
  return unprocessedTypes.test(type) || neverConnected(cause)
}

/** Node, Deno and Bun report this as the `code` of a nested cause; browsers do not report it. */
function neverConnected(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  const { code } = cause as { code?: unknown }
  return (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/.test(String(code)) ||
    neverConnected(cause.cause)
  )
}
