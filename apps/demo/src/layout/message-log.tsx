import { ArrowDown } from 'lucide-react'
import { useEffect, type ReactElement } from 'react'
import type { ChatSession } from '../chat/chat-session.ts'
import type { BotProfile, Older } from '../chat/chat-state.ts'
import type { Row } from '../chat/rows.ts'
import { DayLine } from './day-line.tsx'
import { LogSkeleton } from './log-skeleton.tsx'
import { MessageItem } from './message-item.tsx'
import { OlderButton } from './older-button.tsx'
import { useScrollPlace } from './use-scroll-place.ts'

export interface MessageLogProps {
  rows: readonly Row[]
  bot: BotProfile
  older: Older
  /** Whether something may still come, so that an empty log is only empty for now. */
  isWaiting: boolean
  session: ChatSession
}

/** The conversation, oldest first. It stays at its end while the visitor is there, and where they are otherwise. */
export function MessageLog({ rows, bot, older, isWaiting, session }: MessageLogProps): ReactElement {
  const { scroller, content, isAtEnd, scrollToEnd } = useScrollPlace(rows[0]?.key)
  const newestOwn = rows.findLast((row) => row.kind === 'message' && row.isOwn)?.key
  useEffect(() => {
    if (newestOwn?.startsWith('client:')) scrollToEnd()
  }, [newestOwn, scrollToEnd])

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label={`Conversation with ${bot.name}`}
        aria-busy={older.state === 'unknown'}
        tabIndex={0}
        className="h-full overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div ref={content} className="flex min-h-full flex-col justify-end px-3 pt-5 pb-4 sm:px-6">
          <OlderButton older={older} onLoad={session.loadOlder} />
          {rows.length === 0 && isWaiting && (
            <LogSkeleton botName={bot.name} isLoading={older.state === 'unknown'} />
          )}
          {rows.map(({ key, ...row }) =>
            row.kind === 'day' ? (
              <DayLine key={key} at={row.at} />
            ) : (
              <MessageItem key={key} {...row} bot={bot} session={session} />
            ),
          )}
        </div>
      </div>
      {!isAtEnd && (
        <button
          type="button"
          onClick={scrollToEnd}
          className="absolute bottom-4 left-1/2 flex h-10 -translate-x-1/2 items-center gap-1.5 rounded-full bg-surface px-4 text-sm font-medium shadow-lg ring-1 shadow-black/10 ring-line hover:bg-raised"
        >
          <ArrowDown aria-hidden className="size-4" />
          Newest
        </button>
      )}
    </div>
  )
}
