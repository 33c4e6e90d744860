import { isChatError } from '@parley/core'

/** Returns the reason of an error as a sentence. The caller says what failed. */
export function getErrorReason(error: unknown): string {
  if (!isChatError(error)) return 'Something went wrong.'
  const reason = error.message.replace(/^Unable to [^;]+; /, '')
  return reason.charAt(0).toUpperCase() + reason.slice(1)
}
