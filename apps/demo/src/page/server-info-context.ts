import type { Chat, ServerInfo } from '@parley/core'
import { createContext, use, useEffect, useState } from 'react'

const ServerInfoContext = createContext<ServerInfo | undefined>(undefined)

export const ServerInfoProvider = ServerInfoContext.Provider

/** The bot's profile, if the server reports it. */
export function useBot(): ServerInfo['bot'] {
  return use(ServerInfoContext)?.bot
}

/** Whether the server has a capability. False until the server info is loaded. */
export function useHasCapability(capability: string): boolean {
  return use(ServerInfoContext)?.capabilities.includes(capability) ?? false
}

/** Loads the name and capabilities of the server, and the profile of its bot. */
export function useServerInfo(chat: Chat, isConnected: boolean): ServerInfo | undefined {
  const [serverInfo, setServerInfo] = useState<ServerInfo>()
  useEffect(() => {
    if (!isConnected) return
    let isCurrent = true
    chat.serverInfo().then(
      (info) => isCurrent && setServerInfo(info),
      // The chat works without the bot's name and the extensions.
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [chat, isConnected])
  return serverInfo
}
