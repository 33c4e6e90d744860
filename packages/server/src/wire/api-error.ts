import type { WireErrorType } from '@parley/core/contract'

/**
 * An expected error, such as a missing permission. Its type and message are sent to the client unchanged.
 *
 * Commands throw it before they write anything (INV-7).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly type: WireErrorType

  constructor(type: WireErrorType, message: string, options?: ErrorOptions) {
    super(message, options)
    this.type = type
  }
}
