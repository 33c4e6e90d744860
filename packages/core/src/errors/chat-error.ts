import type { ErrorType } from '../contract/error-types.ts'

/** Shared by every copy of this package that one program may hold. */
const brand = Symbol.for('parley.ChatError')

export interface ChatErrorDetails {
  status?: number | undefined
  id?: string | undefined
  retryAfterMs?: number | undefined
  cause?: unknown
}

/**
 * Every failure of the client, told apart by `type`: the API's own, a lost network, a time-out, an answer that is not the
 * API's. An aborted call is not among them: it rejects with the reason of its `AbortSignal`.
 *
 * `message` says what failed, why, and what to do.
 */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  /** The kind of failure, from the one catalogue that the server uses as well. */
  readonly type: ErrorType
  /** The HTTP status of the answer; 0 where none came. */
  readonly status: number
  /** The server's id of this failure, as it stands in its log. */
  readonly id: string | undefined
  /** How long the server asks to wait before another attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(type: ErrorType, message: string, details: ChatErrorDetails = {}) {
    super(message, details)
    this.type = type
    this.status = details.status ?? 0
    this.id = details.id
    this.retryAfterMs = details.retryAfterMs
    Object.assign(this, { [brand]: true })
  }

  /** Whether a value is a ChatError, also one of another copy of this package, where `instanceof` says no. */
  static isChatError(this: void, value: unknown): value is ChatError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** Whether a value is a ChatError, also one of another copy of this package, where `instanceof` says no. */
export const isChatError: (value: unknown) => value is ChatError = ChatError.isChatError
