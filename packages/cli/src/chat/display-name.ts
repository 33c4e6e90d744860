import type { ServerInfo, User } from '@parley/core'
import { sanitizeLine } from './text/sanitize.ts'
import { truncate } from './text/split-graphemes.ts'

/** Everybody whose name is known. */
export interface KnownUsers {
  readonly myId: string
  readonly bot: ServerInfo['bot']
  readonly participants: readonly User[]
}

/** Whose message it is, in a few characters that are safe to show. */
export function displayName(userId: string, { myId, bot, participants }: KnownUsers): string {
  if (userId === myId) return 'you'
  if (userId === bot?.id) return shown(bot.name, 'bot')
  const user = participants.find(({ id }) => id === userId)
  if (user) return shown(user.name, user.id)
  // A bot takes part without being listed; where the server does not say which it is, that is what it must be.
  return bot ? shown(userId, 'somebody') : 'bot'
}

function shown(name: string | undefined, otherwise: string): string {
  return truncate(sanitizeLine(name ?? ''), 32) || truncate(sanitizeLine(otherwise), 32)
}
