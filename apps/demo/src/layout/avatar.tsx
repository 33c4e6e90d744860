import { useState, type ReactElement } from 'react'
import type { BotProfile } from '../chat/chat-state.ts'
import { safeMedia } from '../payloads/safe-url.ts'

/** The bot's picture, or the first letter of its name. It only decorates: the name stands beside it. */
export function Avatar({ bot, className }: { bot: BotProfile; className: string }): ReactElement {
  const [brokenUrl, setBrokenUrl] = useState<string>()
  const url = bot.pictureUrl && safeMedia(bot.pictureUrl)
  const shape = `shrink-0 rounded-full bg-accent-wash ${className}`

  if (!url || url === brokenUrl) {
    return (
      <span aria-hidden className={`grid place-items-center font-semibold text-accent-ink ${shape}`}>
        {bot.name.charAt(0)}
      </span>
    )
  }
  return <img src={url} alt="" className={`object-cover ${shape}`} onError={() => setBrokenUrl(url)} />
}
