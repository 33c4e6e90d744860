import { useMemo, useSyncExternalStore, type ReactElement } from 'react'
import type { ChatSession } from './chat/chat-session.ts'
import { toRows } from './chat/rows.ts'
import { ChatHeader } from './layout/chat-header.tsx'
import { Composer } from './layout/composer.tsx'
import { ConnectionBanner } from './layout/connection-banner.tsx'
import { MessageLog } from './layout/message-log.tsx'

/** The page: one conversation of the visitor with the bot. */
export function App({ session }: { session: ChatSession }): ReactElement {
  const { connection, bot, thread, older } = useSyncExternalStore(session.subscribe, session.getState)
  const rows = useMemo(() => (thread ? toRows(thread) : []), [thread])

  return (
    <div className="h-dvh bg-backdrop sm:p-5 lg:p-8">
      <main className="mx-auto flex h-full max-w-3xl flex-col overflow-hidden bg-canvas text-[0.9375rem] leading-relaxed shadow-2xl shadow-black/10 sm:rounded-3xl sm:ring-1 sm:ring-line">
        <ChatHeader
          bot={bot}
          connection={connection}
          onNewConversation={connection.state === 'online' ? session.startConversation : undefined}
        />
        <ConnectionBanner
          connection={connection}
          isFirst={older.state === 'unknown'}
          onReconnect={session.connect}
        />
        <MessageLog
          key={thread?.conversationId}
          rows={rows}
          bot={bot}
          older={older}
          isWaiting={connection.state === 'connecting' || connection.state === 'online'}
          session={session}
        />
        <Composer isReady={thread !== undefined} botName={bot.name} onSend={session.send} />
      </main>
    </div>
  )
}
