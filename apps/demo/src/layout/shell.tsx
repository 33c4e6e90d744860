import type { Chat, ChatOptions, ConnectOptions } from '@parley/core'
import { useChat } from '@parley/react'
import { useState, type ReactElement } from 'react'
import { composerId } from '../composer/composer-id.ts'
import { loadInspector } from '../inspector/load-inspector.ts'
import { loadLayers } from '../layers/load-layers.ts'
import { BotProvider, useHello } from '../people/bot-context.ts'
import { late } from '../ui/late.tsx'
import { loadTooltips } from '../ui/load-tooltips.ts'
import type { WireTap } from '../wire/wire-tap.ts'
import type { AppearanceStore } from './appearance.ts'
import { ChatPage } from './chat-page.tsx'
import { Connecting } from './connecting.tsx'
import { goTo } from './go-to.ts'
import type { PageStorage } from './page-storage.ts'
import { inspectorColumn } from './panel-column.ts'
import { useHasTooltips } from './preload-parts.ts'
import { TopBar } from './top-bar.tsx'
import { useFocusFallback } from './use-focus-fallback.ts'
import { useRoute } from './use-route.ts'

const InspectorPanel = late(loadInspector)
const LayersPage = late(loadLayers)
const TooltipLayer = late(loadTooltips)
const SettingsDialog = late(
  async () => (await import('../settings/settings-dialog.tsx')).SettingsDialog,
  ({ isOpen }) => isOpen,
)

export interface ShellProps {
  chat: Chat
  server: ChatOptions
  visitor: ConnectOptions
  tap: WireTap
  storage: PageStorage
  appearance: AppearanceStore
  onUserDeleted: () => void
}

/** What stands around the pages: the bar above them, and the inspector beside them. */
export function Shell(props: ShellProps): ReactElement {
  const { chat, server, visitor, tap, storage, appearance, onUserDeleted } = props
  const route = useRoute()
  useFocusFallback()
  const connecting = useChat()
  const bot = useHello(chat, connecting.state === 'connected')
  const [panel, setPanel] = useState<'people' | 'wire'>()
  const [isSettingsOpen, setIsSettingsOpen] = useState(false)
  const hasTooltips = useHasTooltips()
  const isInspecting = panel === 'wire'
  const openId = route.page === 'conversation' ? route.id : undefined
  /** The conversation of the three chats, once it is there. */
  const [layersId, setLayersId] = useState<string>()

  return (
    <BotProvider value={bot}>
      <div className="flex h-dvh flex-col bg-backdrop text-[0.9375rem] leading-relaxed">
        {openId !== undefined && (
          <a
            href={`#${composerId}`}
            onClick={(event) => {
              // The URL contains the open conversation.
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
              <LayersPage server={server} visitor={visitor} onConversation={setLayersId} />
            </main>
          ) : connecting.state === 'connected' ? (
            <ChatPage
              key={connecting.user.user.id}
              me={connecting.user}
              storage={storage}
              route={route}
              isShowingPeople={panel === 'people'}
              onPeople={(isShown) => setPanel(isShown ? 'people' : undefined)}
              onInspect={() => setPanel('wire')}
              onUserDeleted={() => {
                setPanel(undefined)
                goTo({ page: 'conversations' }, { isReplaced: true })
                onUserDeleted()
              }}
            />
          ) : (
            <Connecting
              progress={connecting}
              conversationId={openId}
              onSettings={() => setIsSettingsOpen(true)}
            />
          )}
          {isInspecting && (
            <div className={inspectorColumn}>
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
    </BotProvider>
  )
}
