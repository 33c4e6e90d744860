import { EllipsisVertical } from 'lucide-react'
import { memo, type ReactElement } from 'react'
import { hrefOf } from '../layout/route.ts'
import { AvatarPair } from '../people/avatar-pair.tsx'
import { iconButtonShape } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import { useToday } from '../ui/use-today.ts'
import type { Entry } from './entry.ts'
import { leaveEntry } from './leave-entry.ts'
import { timeLabel } from './time-label.ts'

export interface ConversationRowProps {
  entry: Entry
  isCurrent: boolean
  /** Whether the Tab key leads to it: to one row of the list, and the arrow keys to the others. */
  isReachable: boolean
  onDelete: (id: string) => void
  onLeave: (id: string) => void
}

export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps): ReactElement {
  const { entry, isCurrent, isReachable, onDelete, onLeave } = props
  const { id, people, title, previewSender, preview, at, unread, hasMoreUnread, isOwner } = entry
  const today = useToday()
  const tabIndex = isReachable ? 0 : -1
  const isUnread = unread > 0 && !isCurrent

  return (
    <div className="group relative px-2 py-0.5">
      <a
        href={hrefOf({ page: 'conversation', id })}
        data-conversation={id}
        tabIndex={tabIndex}
        aria-current={isCurrent ? 'page' : undefined}
        className="flex min-h-17 items-center gap-3 rounded-2xl px-3 py-2.5 hover:bg-raised focus-visible:-outline-offset-2 aria-[current]:bg-accent-wash forced-colors:aria-[current]:outline-2"
      >
        <AvatarPair people={people} className="size-11 text-sm" />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span
              className={`min-w-0 flex-1 truncate text-[0.9375rem] ${isUnread ? 'font-bold' : 'font-semibold'}`}
            >
              <bdi>{title}</bdi>
            </span>
            <time dateTime={at} className="shrink-0 text-xs text-soft">
              {timeLabel(at, new Date(today))}
            </time>
          </span>
          <span className="flex min-h-5.5 items-center gap-2 group-focus-within:pe-7 group-hover:pe-7 pointer-coarse:pe-8">
            <span
              className={`flex min-w-0 flex-1 gap-[0.3em] text-[0.8125rem] ${isUnread ? 'font-medium text-ink' : 'text-soft'}`}
            >
              {previewSender && <span className="max-w-1/2 shrink-0 truncate">{previewSender}</span>}
              {/* In its own direction, so that its end is cut, not its beginning. */}
              <span dir="auto" className="min-w-0 flex-1 truncate [text-align:match-parent]">
                {preview || '\u00A0'}
              </span>
            </span>
            {isUnread && (
              <span className="grid h-5 min-w-5 shrink-0 place-items-center rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent tabular-nums">
                {hasMoreUnread ? `${unread}+` : unread}
                <span className="sr-only"> unread</span>
              </span>
            )}
          </span>
        </span>
      </a>
      <div className="absolute end-3.5 bottom-1.5 pointer-coarse:end-2 pointer-coarse:bottom-0 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:opacity-70">
        <Menu
          trigger={
            <button
              type="button"
              aria-label={`Actions for ${title}`}
              tabIndex={tabIndex}
              className={`${iconButtonShape} size-8! pointer-coarse:size-11! hover:bg-surface!`}
            >
              <EllipsisVertical aria-hidden className="size-4.5" />
            </button>
          }
          entries={[leaveEntry({ isOwner, onDelete: () => onDelete(id), onLeave: () => onLeave(id) })]}
        />
      </div>
    </div>
  )
})
