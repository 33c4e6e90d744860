import { CSPProvider } from '@base-ui/react/csp-provider'
import { DirectionProvider } from '@base-ui/react/direction-provider'
import type { Chat, ChatOptions } from '@parley/core'
import { ChatProvider } from '@parley/react'
import { useState, useSyncExternalStore, type ReactElement } from 'react'
import type { AppearanceStore } from './layout/appearance-menu.tsx'
import { Shell } from './layout/shell.tsx'
import type { PageStorage } from './page/page-storage.ts'
import { ToastProvider } from './ui/toasts.tsx'
import type { WireTap } from './wire/wire-tap.ts'

export interface AppProps {
  chat: Chat
  /** The server's address, and its `fetch`. */
  server: ChatOptions
  /** The user's key. Default: a guest, whose key is kept in `storage`. */
  userKey: string | undefined
  tap: WireTap
  storage: PageStorage
  appearance: AppearanceStore
}

/** One page of messages fills a large screen, including the rows rendered outside of it. */
const options = { pageSize: 50 }

/** The page, with the providers that its parts share. */
export function App({ chat, server, userKey, tap, storage, appearance }: AppProps): ReactElement {
  const { direction } = useSyncExternalStore(appearance.subscribe, appearance.get)
  /** Changes when the user is deleted, so that the chat remounts with a new guest. */
  const [userGeneration, setUserGeneration] = useState(1)

  return (
    // The server's content security policy forbids inline style elements.
    <CSPProvider disableStyleElements>
      <DirectionProvider direction={direction}>
        <ToastProvider>
          <ChatProvider
            key={userGeneration}
            chat={chat}
            userKey={userKey}
            storage={storage}
            options={options}
          >
            <Shell
              chat={chat}
              server={server}
              auth={userKey === undefined ? { storage } : { userKey }}
              tap={tap}
              storage={storage}
              appearance={appearance}
              onUserDeleted={() => setUserGeneration(userGeneration + 1)}
            />
          </ChatProvider>
        </ToastProvider>
      </DirectionProvider>
    </CSPProvider>
  )
}
