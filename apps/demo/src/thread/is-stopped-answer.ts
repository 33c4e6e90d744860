import type { ChatMessage } from '@parley/rx'

/** Whether a message is an answer that was stopped. Users can set any metadata, so the sender must be the bot. */
export function isStoppedAnswer({ userId, metadata }: ChatMessage, botId: string | undefined): boolean {
  return userId === botId && metadata?.['stopped'] === true
}
