import { EllipsisVertical } from 'lucide-react'
import { memo, type ReactElement } from 'react'
import { toHref } from '../page/route.ts'
import { AvatarPair } from '../people/avatar.tsx'
import { iconButtonClass } from '../ui/button.tsx'
import { formatTimestamp, useToday } from '../ui/format-day.ts'
import { Menu } from '../ui/menu.tsx'
import type { ConversationItem } from './conversation-item.ts'
import { leaveOrDeleteAction } from './leave-or-delete-action.ts'

export interface ConversationRowProps {
  item: ConversationItem
  isCurrent: boolean
  /** Whether Tab moves to this row. The list is one tab stop; arrow keys move between rows. */
  isTabStop: boolean
  onDelete: (id: string) => void
  onLeave: (id: string) => void
}

export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps): ReactElement {
  const { item, isCurrent, isTabStop, onDelete, onLeave } = props
  const { id, people, title, previewSender, preview, updatedAt, unread, hasMoreUnread, isOwner } = item
  const today = useToday()
  const tabIndex = isTabStop ? 0 : -1
  const isUnread = unread > 0 && !isCurrent

  return (
    <div className="group relative px-2 py-0.5">
      <a
        href={toHref({ page: 'conversation', id })}
        data-conversation={id}
        tabIndex={tabIndex}
        aria-current={isCurrent ? 'page' : undefined}
        className="flex min-h-17 items-center gap-3 rounded-2xl px-3 py-2.5 hover:bg-raised focus-visible:-outline-offset-2 aria-[current]:bg-accent-subtle forced-colors:aria-[current]:outline-2"
      >
        <AvatarPair people={people} className="size-11 text-sm" />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span
              className={`min-w-0 flex-1 truncate text-[0.9375rem] ${isUnread ? 'font-bold' : 'font-semibold'}`}
            >
              <bdi>{title}</bdi>
            </span>
            <time dateTime={updatedAt} className="shrink-0 text-xs text-soft">
              {formatTimestamp(updatedAt, new Date(today))}
            </time>
          </span>
          <span className="flex min-h-5.5 items-center gap-2 group-focus-within:pe-7 group-hover:pe-7 pointer-coarse:pe-8">
            <span
              className={`flex min-w-0 flex-1 gap-[0.3em] text-[0.8125rem] ${isUnread ? 'font-medium text-ink' : 'text-soft'}`}
            >
              {previewSender && <span className="max-w-1/2 shrink-0 truncate">{previewSender}</span>}
              {/* The preview has its own text direction, so that truncation removes its end, not its start. */}
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
              className={`${iconButtonClass} size-8! pointer-coarse:size-11! hover:bg-surface!`}
            >
              <EllipsisVertical aria-hidden className="size-4.5" />
            </button>
          }
          entries={[
            leaveOrDeleteAction({ isOwner, onDelete: () => onDelete(id), onLeave: () => onLeave(id) }),
          ]}
        />
      </div>
    </div>
  )
})
