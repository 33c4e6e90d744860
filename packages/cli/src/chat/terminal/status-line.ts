import type { ConversationConnection } from '@parley/rx'
import type { ChatView } from '../chat-session.ts'
import { sanitizeLine } from '../text/sanitize.ts'

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

/** Describes the connection state in a few words. Returns nothing if the conversation is online and synced. */
export function connectionText(connection: ConversationConnection, now: number): string | undefined {
  switch (connection.state) {
    case 'connecting':
      return 'connecting…'
    case 'online':
      return connection.isSynced ? undefined : 'syncing…'
    case 'reconnecting': {
      const { attempt, retryAt } = connection
      const seconds = Math.ceil((retryAt - now) / 1000)
      if (seconds <= 0) return `connection lost; reconnecting (attempt ${attempt})…`
      return `connection lost; reconnecting in ${seconds} s (Enter: now)`
    }
    case 'offline':
      return 'offline; waiting for the network'
    case 'closed':
      return connection.cause ? sanitizeLine(connection.cause.message) : 'closed'
    default:
      return undefined
  }
}
