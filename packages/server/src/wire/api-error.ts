import { errorTypes, type WireErrorType } from '@parley/core/contract'
import { newId } from './ids.ts'

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

/** An error as clients receive it. */
export interface ErrorBody {
  readonly id: string
  readonly code: number
  readonly type: WireErrorType
  readonly message: string
}

export function createErrorBody(type: WireErrorType, message: string): ErrorBody {
  return { id: newId('err'), code: errorTypes[type].status, type, message }
}
