import type { ServerInfo, User } from '@parley/core'
import { sanitizeLine } from './text/sanitize.ts'
import { truncate } from './text/wrap-text.ts'

/** The users whose names are known. */
export interface KnownUsers {
  readonly myId: string
  readonly bot: ServerInfo['bot']
  readonly participants: readonly User[]
}

/** Returns a short name for the author of a message, safe to print. */
export function displayName(userId: string, { myId, bot, participants }: KnownUsers): string {
  if (userId === myId) return 'you'
  if (isBot(userId, { myId, bot, participants })) return sanitizeName(bot?.name, 'bot')
  const user = participants.find(({ id }) => id === userId)
  return user ? sanitizeName(user.name, user.id) : sanitizeName(userId, 'unknown')
}

/** Bots are not listed as participants. If the server does not describe its bot, an unlisted author is the bot. */
export function isBot(userId: string, { myId, bot, participants }: KnownUsers): boolean {
  if (bot) return userId === bot.id
  return userId !== myId && !participants.some(({ id }) => id === userId)
}

const maxNameWidth = 32

function sanitizeName(name: string | undefined, fallbackText: string): string {
  return (
    truncate(sanitizeLine(name ?? ''), maxNameWidth) || truncate(sanitizeLine(fallbackText), maxNameWidth)
  )
}
