import { errorTypes, type ErrorType } from '../contract/error-types.ts'
import { describeOperation } from '../contract/operations.ts'

/** Shared by all copies of this package in one program. */
const brand = Symbol.for('parley.ChatError')

export interface ChatErrorDetails {
  status?: number | undefined
  id?: string | undefined
  retryAfterMs?: number | undefined
  cause?: unknown
}

/**
 * The only error of the client, discriminated by `type`: errors of the API, network failures, timeouts, and responses
 * that are not from the API. Aborted calls do not throw it: they reject with the reason of their `AbortSignal`.
 *
 * `message` says what failed, why, and what to do.
 */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  /** The kind of error, from the catalog that the server uses too. */
  readonly type: ErrorType
  /** The HTTP status of the response; 0 if there was none. */
  readonly status: number
  /** The server's id for this error, as in its log. */
  readonly id: string | undefined
  /** The delay that the server asks for before another attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(type: ErrorType, message: string, details: ChatErrorDetails = {}) {
    super(message, details)
    this.type = type
    this.status = details.status ?? 0
    this.id = details.id
    this.retryAfterMs = details.retryAfterMs
    Object.assign(this, { [brand]: true })
  }

  /** Whether a value is a ChatError. Recognizes errors of other copies of this package, unlike `instanceof`. */
  static isChatError(this: void, value: unknown): value is ChatError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** Whether a value is a ChatError. Recognizes errors of other copies of this package, unlike `instanceof`. */
export const isChatError: (value: unknown) => value is ChatError = ChatError.isChatError

/** Whether the same call can succeed later. */
export function isRetryable(error: unknown): error is ChatError {
  // A newer copy of this package may have thrown it, with a type unknown to this copy.
  const types: Partial<Record<string, { isRetryable: boolean }>> = errorTypes
  return isChatError(error) && !!types[error.type]?.isRetryable
}

/**
 * The error for a failed operation: "Unable to create the message; <reason>". A reason that is a whole message itself,
 * as our server sends it, stays as it is.
 */
export function operationError(
  operation: string,
  type: ErrorType,
  reason: string,
  details?: ChatErrorDetails,
): ChatError {
  const isComplete = /^unable to /i.test(reason)
  return new ChatError(
    type,
    isComplete ? reason : `Unable to ${describeOperation(operation)}; ${reason}`,
    details,
  )
}

export function networkError(operation: string, cause: unknown): ChatError {
  return operationError(operation, 'NetworkFailed', 'the connection failed. Check the network and the url.', {
    cause,
  })
}

export function timeoutError(operation: string, timeoutMs: number): ChatError {
  return operationError(operation, 'TimedOut', `no data arrived for ${timeoutMs} ms. Try again.`)
}
