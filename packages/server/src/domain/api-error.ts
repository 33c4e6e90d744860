import type { WireErrorType } from '@parley/core/contract'

/** A request that the rules refuse. The caller gets its type and message as they stand; nothing was written. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly type: WireErrorType

  constructor(type: WireErrorType, message: string, options?: ErrorOptions) {
    super(message, options)
    this.type = type
  }
}
