import { isChatError } from '@parley/core'

/** Why something failed, as a sentence for the visitor: what failed stands beside it already. */
export function reasonOf(error: unknown): string {
  if (!isChatError(error)) return 'Something went wrong.'
  const reason = error.message.replace(/^Unable to [^;]+; /, '')
  return reason.charAt(0).toUpperCase() + reason.slice(1)
}
