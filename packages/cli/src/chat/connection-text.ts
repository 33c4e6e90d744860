import type { ConversationConnection } from '@parley/rx'
import { sanitizeLine } from './text/sanitize.ts'

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
