import { ChatError } from '@parley/core'

/** A ChatError as data, for channels and storage: a structured clone would lose its class. */
export type SerializedError = Pick<ChatError, 'type' | 'message' | 'status' | 'id' | 'retryAfterMs'>

export function serializeError({ type, message, status, id, retryAfterMs }: ChatError): SerializedError {
  return { type, message, status, id, retryAfterMs }
}

export function deserializeError({ type, message, ...details }: SerializedError): ChatError {
  return new ChatError(type, message, details)
}
