import type { Chat, ServerInfo } from '@parley/core'
import { createContext, use, useEffect, useState } from 'react'

type Bot = NonNullable<ServerInfo['bot']>

const BotContext = createContext<Bot | undefined>(undefined)

export const BotProvider = BotContext.Provider

/** The bot's profile, if the server reports it. */
export function useBot(): Bot | undefined {
  return use(BotContext)
}

/** Loads the bot's profile from the server info. */
export function useBotInfo(chat: Chat, isConnected: boolean): Bot | undefined {
  const [bot, setBot] = useState<Bot>()
  useEffect(() => {
    if (!isConnected) return
    let isCurrent = true
    chat.serverInfo().then(
      (info) => isCurrent && setBot(info.bot),
      // The chat works without the bot's name.
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [chat, isConnected])
  return bot
}
