import type { ChatError, ConnectedUser } from '@parley/core'

/** The connection state of a provider; `state` is the discriminant. */
export type ChatState = {
  /** Connects immediately, instead of after the backoff. Also retries after a permanent error. */
  retry: () => void
} & (
  | {
      /** Network failures are retried; `error` is the failure of the last attempt. */
      state: 'connecting'
      user: undefined
      error: ChatError | undefined
    }
  | {
      /** A permanent error, such as `Unauthorized` or `ResourceNotFound`. */
      state: 'failed'
      user: undefined
      error: ChatError
    }
  | { state: 'connected'; user: ConnectedUser; error: undefined }
)
