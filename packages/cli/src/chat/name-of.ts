import type { ServerInfo, User } from '@parley/core'
import { sanitizeLine } from './text/sanitize.ts'
import { clip } from './text/split-graphemes.ts'

/** Everybody whose name is known. */
export interface People {
  readonly myId: string
  readonly bot: ServerInfo['bot']
  readonly participants: readonly User[]
}

/** Whose message it is, in a few characters that are safe to show. */
export function nameOf(userId: string, { myId, bot, participants }: People): string {
  if (userId === myId) return 'you'
  if (userId === bot?.id) return shown(bot.name, 'bot')
  const user = participants.find(({ id }) => id === userId)
  if (user) return shown(user.name, user.id)
  // A bot takes part without being listed; where the server does not say which it is, that is what it must be.
  return bot ? shown(userId, 'somebody') : 'bot'
}

function shown(name: string | undefined, otherwise: string): string {
  return clip(sanitizeLine(name ?? ''), 32) || clip(sanitizeLine(otherwise), 32)
}
