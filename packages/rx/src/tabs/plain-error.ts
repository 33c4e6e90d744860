import { ChatError } from '@parley/core'

/** A ChatError as data: on its way to another tab or into a storage, the object would lose what it is. */
export type PlainError = Pick<ChatError, 'type' | 'message' | 'status' | 'id' | 'retryAfterMs'>

export function toPlain({ type, message, status, id, retryAfterMs }: ChatError): PlainError {
  return { type, message, status, id, retryAfterMs }
}

export function fromPlain({ type, message, ...details }: PlainError): ChatError {
  return new ChatError(type, message, details)
}
