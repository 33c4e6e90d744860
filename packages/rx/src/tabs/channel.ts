import { ChatError } from '@parley/core'
import type { TabEnvironment } from './tab-environment.ts'

/** A broadcast channel for one type of message. */
export interface Channel<Message> {
  /** Omits values that a structured clone does not support, such as functions. */
  post: (message: Message) => void
  close: () => void
}

export function openChannel<Message>(
  environment: TabEnvironment,
  name: string,
  onMessage: (message: Message) => void,
): Channel<Message> {
  const channel = environment.openChannel(name)
  // Only this code posts on this channel. Other code of the same origin is trusted anyway.
  channel.onmessage = ({ data }: { data: unknown }) => onMessage(data as Message)
  return {
    post(message) {
      try {
        channel.postMessage(message)
      } catch {
        channel.postMessage(JSON.parse(JSON.stringify(message)))
      }
    },
    close: () => channel.close(),
  }
}

/** A ChatError as data, for channels and storage: a structured clone would lose its class. */
export type SerializedError = Pick<ChatError, 'type' | 'message' | 'status' | 'id' | 'retryAfterMs'>

export function serializeError({ type, message, status, id, retryAfterMs }: ChatError): SerializedError {
  return { type, message, status, id, retryAfterMs }
}

export function deserializeError({ type, message, ...details }: SerializedError): ChatError {
  return new ChatError(type, message, details)
}
