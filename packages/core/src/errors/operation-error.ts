import type { ErrorType } from '../contract/error-types.ts'
import { ChatError, type ChatErrorDetails } from './chat-error.ts'

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
  const message = /^unable to /i.test(reason) ? reason : `Unable to ${describe(operation)}; ${reason}`
  return new ChatError(type, message, details)
}

/** Turns `getOrCreateUser` into "get or create the user". */
function describe(operation: string): string {
  return operation
    .replace('listenUser', "listenToUser'sConversations")
    .replace('listenC', 'listenToC')
    .replace('Typing', 'TypingSignal')
    .replace('stop', 'stopTurn')
    .replace(/((User|Server|Typing)('s)?)?[A-Z][a-z]+$/, 'The$&')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

export function networkError(operation: string, cause: unknown): ChatError {
  return operationError(operation, 'NetworkFailed', 'the connection failed. Check the network and the url.', {
    cause,
  })
}

export function timeoutError(operation: string, timeoutMs: number): ChatError {
  return operationError(operation, 'TimedOut', `no data arrived for ${timeoutMs} ms. Try again.`)
}
