import { CSPProvider } from '@base-ui/react/csp-provider'
import { DirectionProvider } from '@base-ui/react/direction-provider'
import type { Chat, ChatOptions } from '@parley/core'
import { ChatProvider } from '@parley/react'
import { useState, useSyncExternalStore, type ReactElement } from 'react'
import type { AppearanceStore } from './layout/appearance.ts'
import type { PageStorage } from './layout/page-storage.ts'
import { Shell } from './layout/shell.tsx'
import { ToastProvider } from './ui/toasts.tsx'
import type { WireTap } from './wire/wire-tap.ts'

export interface AppProps {
  chat: Chat
  /** Where the chat is. */
  server: ChatOptions
  /** Whom to be there. Default: a visitor, whose key the storage keeps. */
  userKey: string | undefined
  tap: WireTap
  storage: PageStorage
  appearance: AppearanceStore
}

/** A page fills a large screen and what is drawn around it. */
const options = { pageSize: 50 }

/** The page, and all that its parts share. */
export function App({ chat, server, userKey, tap, storage, appearance }: AppProps): ReactElement {
  const { direction } = useSyncExternalStore(appearance.subscribe, appearance.get)
  /** Whoever deletes themselves begins anew. */
  const [life, setLife] = useState(1)

  return (
    // The server's policy forbids styles in the page itself.
    <CSPProvider disableStyleElements>
      <DirectionProvider direction={direction}>
        <ToastProvider>
          <ChatProvider key={life} chat={chat} userKey={userKey} storage={storage} options={options}>
            <Shell
              chat={chat}
              server={server}
              visitor={userKey === undefined ? { storage } : { userKey }}
              tap={tap}
              storage={storage}
              appearance={appearance}
              onUserDeleted={() => setLife(life + 1)}
            />
          </ChatProvider>
        </ToastProvider>
      </DirectionProvider>
    </CSPProvider>
  )
}
