import type { Chat, ServerInfo } from '@parley/core'
import { createContext, use, useEffect, useState } from 'react'

type Bot = NonNullable<ServerInfo['bot']>

const BotContext = createContext<Bot | undefined>(undefined)

export const BotProvider = BotContext.Provider

/** The bot, where the server says who it is. */
export function useBot(): Bot | undefined {
  return use(BotContext)
}

/** Asks the server who its bot is. */
export function useHello(chat: Chat, isConnected: boolean): Bot | undefined {
  const [bot, setBot] = useState<Bot>()
  useEffect(() => {
    if (!isConnected) return
    let isCurrent = true
    chat.serverInfo().then(
      (hello) => isCurrent && setBot(hello.bot),
      // The chat works without the bot's name.
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [chat, isConnected])
  return bot
}
