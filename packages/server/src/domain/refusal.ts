import type { WireErrorType } from '@parley/core/contract'

/** A request that the rules refuse. The caller gets its type and message as they stand; nothing was written. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly type: WireErrorType

  constructor(type: WireErrorType, message: string, options?: ErrorOptions) {
    super(message, options)
    this.type = type
  }
}
