import { Activity, ArrowLeft, EllipsisVertical, UsersRound } from 'lucide-react'
import { useEffect, useRef, type ReactElement } from 'react'
import { leaveOrDeleteAction } from '../conversations/leave-or-delete-action.ts'
import { toHref } from '../page/route.ts'
import { AvatarPair } from '../people/avatar.tsx'
import type { People } from '../people/people.ts'
import { formatNames, getDisplayName } from '../people/person.ts'
import { IconButton, iconButtonClass } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'

export interface ThreadHeaderProps {
  people: People
  isFocused: boolean
  isShowingPeople: boolean
  onPeople: () => void
  onInspect: () => void
  onDelete: () => void
  onLeave: () => void
}

/** Shows the people of the conversation, and its actions. */
export function ThreadHeader(props: ThreadHeaderProps): ReactElement {
  const { people, isFocused, isShowingPeople, onPeople, onInspect, onDelete, onLeave } = props
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (isFocused) heading.current?.focus()
  }, [isFocused])

  return (
    <header className="flex items-center gap-1 border-b border-line bg-surface/70 py-2 ps-2 pe-2 sm:px-4">
      <a
        href={toHref({ page: 'conversations' })}
        aria-label="Back to conversations"
        className={`${iconButtonClass} md:hidden`}
      >
        <ArrowLeft aria-hidden className="size-5 rtl:-scale-x-100" />
      </a>
      <AvatarPair people={people.others} className="me-2 size-10 text-sm" />
      <div className="min-w-0 flex-1">
        <h1
          ref={heading}
          tabIndex={-1}
          className="truncate text-base leading-tight font-semibold tracking-tight outline-none"
        >
          <bdi>{getTitle(people)}</bdi>
        </h1>
        {people.isGroup && (
          <p className="truncate text-[0.8125rem] text-soft">{`${people.participants.length} people`}</p>
        )}
      </div>
      <IconButton icon={UsersRound} label="People" aria-pressed={isShowingPeople} onClick={onPeople} />
      <Menu
        trigger={
          <button type="button" aria-label="Conversation actions" className={iconButtonClass}>
            <EllipsisVertical aria-hidden className="size-5" />
          </button>
        }
        entries={[
          { label: 'Wire inspector', icon: Activity, onClick: onInspect },
          leaveOrDeleteAction({ isOwner: people.isOwner, onDelete, onLeave }),
        ]}
      />
    </header>
  )
}

function getTitle({ others }: People): string {
  return others.length > 0 ? formatNames(others.map(getDisplayName)) : 'Conversation'
}
