import type { ChatError, ConnectedUser } from '@parley/core'

/** What a provider is at, told apart by `state`. */
export type ChatState = {
  /** Tries to connect at once: in place of a wait, or again after it has failed. */
  retry: () => void
} & (
  | {
      /** Nobody is connected yet. What fails by the network is tried again: `error` is why the last attempt failed. */
      state: 'connecting'
      user: undefined
      error: ChatError | undefined
    }
  | {
      /** What no retry can mend, such as `Unauthorized` or `ResourceNotFound`. */
      state: 'failed'
      user: undefined
      error: ChatError
    }
  | { state: 'connected'; user: ConnectedUser; error: undefined }
)
