import { ApiError } from '../wire/api-error.ts'

/** The limit for a bot's messages and events, payload and metadata together. Equals the limit of request bodies. */
export const maxMessageBytes: number = 1024 * 1024

/** @throws ApiError of type `PayloadTooLarge` that names the limit. */
export function assertMessageSize(action: string, ...texts: (string | undefined)[]): void {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0)
  if (bytes > maxMessageBytes) throw messageTooLarge(action, bytes)
}

export function messageTooLarge(action: string, bytes: number): ApiError {
  return new ApiError(
    'PayloadTooLarge',
    `Unable to ${action}; payload and metadata have ${bytes} bytes as JSON, ` +
      `and the limit is ${maxMessageBytes} (1 MiB). Send less, or several messages.`,
  )
}
