import { MessageCirclePlus } from 'lucide-react'
import type { ReactElement } from 'react'
import type { BotProfile, Connection } from '../chat/chat-state.ts'
import { Avatar } from './avatar.tsx'

const words: Record<Connection['state'], string> = {
  connecting: 'Connecting…',
  online: 'Online',
  lost: 'Not connected',
  unreachable: 'Not connected',
}

export interface ChatHeaderProps {
  bot: BotProfile
  connection: Connection
  onNewConversation: (() => Promise<void>) | undefined
}

/** Whom the visitor talks to, and whether they can be heard. */
export function ChatHeader({ bot, connection, onNewConversation }: ChatHeaderProps): ReactElement {
  return (
    <header className="flex items-center gap-3 border-b border-line bg-surface/70 px-4 py-3 sm:px-6">
      <Avatar bot={bot} className="size-11 text-lg" />
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-[1.0625rem] leading-tight font-semibold tracking-tight">{bot.name}</h1>
        <p className="flex items-center gap-1.5 text-[0.8125rem] text-soft">
          <span aria-hidden className={`size-2 rounded-full ${dotOf(connection)}`} />
          {words[connection.state]}
        </p>
      </div>
      <button
        type="button"
        disabled={!onNewConversation}
        onClick={() => void onNewConversation?.()}
        className="flex h-11 items-center gap-2 rounded-full px-3 text-sm font-medium text-accent-ink hover:bg-accent-wash disabled:opacity-40 disabled:hover:bg-transparent sm:px-4"
      >
        <MessageCirclePlus aria-hidden className="size-5" />
        <span className="sr-only sm:not-sr-only">New conversation</span>
      </button>
    </header>
  )
}

function dotOf({ state }: Connection): string {
  switch (state) {
    case 'online':
      return 'bg-emerald-500'
    case 'connecting':
      return 'bg-amber-500 motion-safe:animate-pulse'
    case 'lost':
    case 'unreachable':
      return 'bg-alert'
  }
}
