import type { Chat, ChatOptions, ConnectOptions } from '@parley/core'
import { useChat } from '@parley/react'
import { useState, type ReactElement } from 'react'
import type { PageStorage } from '../page/page-storage.ts'
import { navigate, useRoute } from '../page/route.ts'
import { ServerInfoProvider, useServerInfo } from '../page/server-info-context.ts'
import { composerId } from '../thread/composer.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import type { WireTap } from '../wire/wire-tap.ts'
import type { AppearanceStore } from './appearance-menu.tsx'
import { ChatPage } from './chat-page.tsx'
import { Connecting } from './connecting.tsx'
import { loadInspector, loadLayers, loadTooltips, useHasTooltips } from './lazy-parts.ts'
import { TopBar } from './top-bar.tsx'
import { useFocusFallback } from './use-focus-fallback.ts'

const InspectorPanel = lazyPart(loadInspector)
const LayersPage = lazyPart(loadLayers)
const TooltipLayer = lazyPart(loadTooltips)
const SettingsDialog = lazyPart(
  async () => (await import('../settings/settings-dialog.tsx')).SettingsDialog,
  ({ isOpen }) => isOpen,
)

export interface ShellProps {
  chat: Chat
  server: ChatOptions
  auth: ConnectOptions
  tap: WireTap
  storage: PageStorage
  appearance: AppearanceStore
  onUserDeleted: () => void
}

/** The frame of all pages: the top bar and the inspector panel. */
export function Shell(props: ShellProps): ReactElement {
  const { chat, server, auth, tap, storage, appearance, onUserDeleted } = props
  const route = useRoute()
  useFocusFallback()
  const chatState = useChat()
  const serverInfo = useServerInfo(chat, chatState.state === 'connected')
  const [panel, setPanel] = useState<'people' | 'wire'>()
  const [isSettingsOpen, setIsSettingsOpen] = useState(false)
  const hasTooltips = useHasTooltips()
  const isInspecting = panel === 'wire'
  const openId = route.page === 'conversation' ? route.id : undefined
  /** The conversation of the layers page, once it is created. */
  const [layersId, setLayersId] = useState<string>()

  return (
    <ServerInfoProvider value={serverInfo}>
      <div className="flex h-dvh flex-col bg-backdrop text-[0.9375rem] leading-relaxed">
        {openId !== undefined && (
          <a
            href={`#${composerId}`}
            onClick={(event) => {
              // Following the link would replace the fragment, which contains the open conversation.
              event.preventDefault()
              document.getElementById(composerId)?.focus()
            }}
            className="sr-only rounded-full bg-ink text-sm font-semibold text-canvas focus:not-sr-only focus:absolute focus:px-4 focus:py-2 focus:start-3 focus:top-2 focus:z-50"
          >
            Skip to the message field
          </a>
        )}
        <TopBar
          page={route.page}
          appearance={appearance}
          isInspecting={isInspecting}
          onInspect={() => setPanel(isInspecting ? undefined : 'wire')}
          onSettings={() => setIsSettingsOpen(true)}
          className={openId === undefined ? '' : 'max-md:hidden'}
        />
        <div className="relative flex min-h-0 flex-1 overflow-hidden bg-canvas md:mx-3 md:mb-3 md:rounded-3xl md:ring-1 md:ring-line">
          {route.page === 'layers' ? (
            <main className="min-w-0 flex-1 overflow-y-auto">
              <LayersPage server={server} auth={auth} onConversation={setLayersId} />
            </main>
          ) : chatState.state === 'connected' ? (
            <ChatPage
              key={chatState.user.user.id}
              me={chatState.user}
              storage={storage}
              route={route}
              isShowingPeople={panel === 'people'}
              onPeople={(isShown) => setPanel(isShown ? 'people' : undefined)}
              onInspect={() => setPanel('wire')}
              onUserDeleted={() => {
                setPanel(undefined)
                navigate({ page: 'conversations' }, { shouldReplace: true })
                onUserDeleted()
              }}
            />
          ) : (
            <Connecting
              chatState={chatState}
              conversationId={openId}
              onSettings={() => setIsSettingsOpen(true)}
            />
          )}
          {isInspecting && (
            <div className="side-panel lg:w-104">
              <InspectorPanel
                tap={tap}
                conversationId={route.page === 'layers' ? layersId : openId}
                onClose={() => setPanel(undefined)}
              />
            </div>
          )}
        </div>
      </div>
      {hasTooltips && <TooltipLayer />}
      <SettingsDialog isOpen={isSettingsOpen} onOpenChange={setIsSettingsOpen} />
    </ServerInfoProvider>
  )
}
