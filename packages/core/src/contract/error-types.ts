/**
 * The catalog of error types: the HTTP status of each, and whether the same request can succeed later.
 *
 * Types with the status 0 never appear on the wire: the client uses them if there is no response from the API.
 */
export const errorTypes = {
  Unauthorized: { status: 401, isRetryable: false },
  Forbidden: { status: 403, isRetryable: false },
  ResourceNotFound: { status: 404, isRetryable: false },
  MethodNotFound: { status: 405, isRetryable: false },
  AlreadyExists: { status: 409, isRetryable: false },
  InvalidPayload: { status: 400, isRetryable: false },
  InvalidQuery: { status: 400, isRetryable: false },
  InvalidDataFormat: { status: 400, isRetryable: false },
  InvalidIdentifier: { status: 400, isRetryable: false },
  InvalidJsonSchema: { status: 400, isRetryable: false },
  ReferenceNotFound: { status: 400, isRetryable: false },
  Runtime: { status: 400, isRetryable: false },
  BreakingChanges: { status: 400, isRetryable: false },
  PayloadTooLarge: { status: 413, isRetryable: false },
  LimitExceeded: { status: 413, isRetryable: false },
  UnsupportedMediaType: { status: 415, isRetryable: false },
  RelationConflict: { status: 409, isRetryable: false },
  ReferenceConstraint: { status: 409, isRetryable: false },
  ResourceLockedConflict: { status: 409, isRetryable: true },
  ResourceGone: { status: 410, isRetryable: false },
  PaymentRequired: { status: 402, isRetryable: false },
  QuotaExceeded: { status: 403, isRetryable: false },
  RateLimited: { status: 429, isRetryable: true },
  OperationTimeout: { status: 504, isRetryable: true },
  Internal: { status: 500, isRetryable: true },
  Unknown: { status: 500, isRetryable: true },
  Unavailable: { status: 503, isRetryable: true },

  /** The network failed before a response arrived. The request may have been processed. */
  NetworkFailed: { status: 0, isRetryable: true },
  /** No response arrived within the time limit. The request may have been processed. */
  TimedOut: { status: 0, isRetryable: true },
  /** The response is not from the Chat API but, for example, from a proxy or a captive portal. */
  UnexpectedResponse: { status: 0, isRetryable: true },
  /** A firewall or proxy rejected a message or event because of its content. Only different content can succeed. */
  RequestBlocked: { status: 0, isRetryable: false },
  /** The runtime's `fetch` cannot stream responses. Pass one that can to `createChat`. */
  StreamingUnsupported: { status: 0, isRetryable: false },
  /** The app's `userKey` function failed. Nothing was sent. */
  KeyUnavailable: { status: 0, isRetryable: true },
} as const

export type ErrorType = keyof typeof errorTypes

/** The types that a server can send. */
export type WireErrorType = {
  [Type in ErrorType]: (typeof errorTypes)[Type]['status'] extends 0 ? never : Type
}[ErrorType]

/** The body of every error response. */
export interface ErrorBody {
  id: string
  code: number
  type: WireErrorType
  message: string
  metadata?: Record<string, unknown>
}
