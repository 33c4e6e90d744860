import type { ChatView } from '../chat-view.ts'
import { connectionText } from '../connection-text.ts'

/** How long the status line shows that the chat has reconnected. */
const reconnectedMs = 3_000

export interface StatusLine {
  /** Returns the current parts: the connection state, and the users who are typing. */
  parts(view: ChatView | undefined): string[]
  /** Milliseconds until the parts change without a new view. Undefined if they do not. */
  readonly nextChangeInMs: number | undefined
}

export function createStatusLine(now: () => number, displayName: (userId: string) => string): StatusLine {
  let wasLost = false
  let reconnectedAt = -Infinity
  let nextChangeInMs: number | undefined

  return {
    get nextChangeInMs() {
      return nextChangeInMs
    },
    parts(view) {
      nextChangeInMs = undefined
      if (!view) return ['connecting…']
      const { connection, typing } = view
      const isSynced = connection.state === 'online' && connection.isSynced
      if (wasLost && isSynced) reconnectedAt = now()
      wasLost =
        !isSynced && (wasLost || connection.state === 'reconnecting' || connection.state === 'offline')

      const retryInMs = connection.state === 'reconnecting' ? connection.retryAt - now() : 0
      const reconnectedForMs = reconnectedAt + reconnectedMs - now()
      const isReconnected = isSynced && reconnectedForMs > 0
      // The countdown changes every second.
      if (retryInMs > 0) nextChangeInMs = retryInMs % 1000 || 1000
      else if (isReconnected) nextChangeInMs = reconnectedForMs

      const status = isReconnected ? 'reconnected' : connectionText(connection, now())
      const typingNames = typing.map(displayName)
      return [
        ...(status === undefined ? [] : [status]),
        ...(typingNames.length > 0
          ? [`${typingNames.join(', ')} ${typingNames.length > 1 ? 'are' : 'is'} typing…`]
          : []),
      ]
    },
  }
}
