import type { ConversationConnection } from '@parley/rx'
import { sanitizeLine } from './text/sanitize.ts'

/** How the connection is, in a few words; nothing where all is well. */
export function connectionText(connection: ConversationConnection, now: number): string | undefined {
  switch (connection.state) {
    case 'connecting':
      return 'connecting…'
    case 'online':
      return connection.isSynced ? undefined : 'catching up…'
    case 'reconnecting': {
      const { attempt, retryAt } = connection
      const seconds = Math.ceil((retryAt - now) / 1000)
      if (seconds <= 0) return `connection lost; trying again (attempt ${attempt})…`
      return `connection lost; trying again in ${seconds} s (Enter: now)`
    }
    case 'offline':
      return 'offline; goes on when the network is back'
    case 'closed':
      return connection.cause ? sanitizeLine(connection.cause.message) : 'closed'
    default:
      return undefined
  }
}
