import type { ErrorType } from '../contract/error-types.ts'
import { ChatError, type ChatErrorDetails } from './chat-error.ts'

/** The error for a failed operation: "Unable to create message; …". */
export function unableTo(
  operation: string,
  type: ErrorType,
  reason: string,
  details?: ChatErrorDetails,
): ChatError {
  const action = operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return new ChatError(type, `Unable to ${action}; ${reason}`, details)
}

export function networkFailed(operation: string, cause: unknown): ChatError {
  return unableTo(operation, 'NetworkFailed', 'the connection failed. Check network and url.', {
    cause,
  })
}

export function timedOut(operation: string, timeoutMs: number): ChatError {
  return unableTo(operation, 'TimedOut', `nothing came for ${timeoutMs} ms. Try again.`)
}
