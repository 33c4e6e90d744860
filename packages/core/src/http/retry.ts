import { errorTypes } from '../contract/error-types.ts'
import { isChatError, type ChatError } from '../errors/chat-error.ts'

/** How often and how soon a failed request is sent again. */
export interface RetryOptions {
  /** How many times one call is sent at most, the first included. Default: 3. */
  attempts?: number
  /** The longest wait before the second attempt; it doubles with each one. The wait is a random part of it. Default: 300. */
  baseDelayMs?: number
  /** The longest wait at all. A server that asks for more (`retry-after`) is not asked again. Default: 30,000. */
  maxDelayMs?: number
}

export interface RetryPolicy extends Required<RetryOptions> {
  random: () => number
}

/** How long to wait before the next attempt; undefined where there is to be none. */
export function retryDelayMs(
  error: ChatError,
  sent: { isRepeatable: boolean; attempt: number },
  policy: RetryPolicy,
): number | undefined {
  if (sent.attempt >= policy.attempts || !isRetryable(error)) return undefined
  if (!sent.isRepeatable && !isWithoutEffect(error)) return undefined

  const askedMs = error.retryAfterMs ?? 0
  if (askedMs > policy.maxDelayMs) return undefined
  const backOffMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (sent.attempt - 1))
  return Math.max(askedMs, policy.random() * backOffMs)
}

/** Whether the same may succeed later. */
export function isRetryable(error: unknown): error is ChatError {
  // A newer copy of this package may have thrown it, with a type that is unknown here.
  const types: Partial<Record<string, { isRetryable: boolean }>> = errorTypes
  return isChatError(error) && !!types[error.type]?.isRetryable
}

/** Of requests that were turned away before they did anything. */
const refusals = /^(RateLimited|Unavailable|KeyUnavailable)$/

/** Whether the request was turned away, or never left, so that even a POST cannot happen twice. */
export function isWithoutEffect({ type, cause }: ChatError): boolean {
  return refusals.test(type) || neverConnected(cause)
}

/** Node, Deno and Bun say so in the `code` of some cause; a browser never says. */
function neverConnected(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  const { code } = cause as { code?: unknown }
  return (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/.test(String(code)) ||
    neverConnected(cause.cause)
  )
}
