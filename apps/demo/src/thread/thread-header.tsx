import type { ConnectionStatus } from '@parley/core'
import { Activity, ArrowLeft, EllipsisVertical, UsersRound } from 'lucide-react'
import { useEffect, useRef, type ReactElement } from 'react'
import { PartItem } from '../conversations/part-item.tsx'
import { hrefOf } from '../layout/route.ts'
import { AvatarPair } from '../people/avatar-pair.tsx'
import type { People } from '../people/people.ts'
import { listNames, nameOf } from '../people/person.ts'
import { IconButton, iconButtonShape } from '../ui/icon-button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'

export interface ThreadHeaderProps {
  people: People
  connection: ConnectionStatus
  isFocused: boolean
  isShowingPeople: boolean
  onPeople: () => void
  onInspect: () => void
  onDelete: () => void
  onLeave: () => void
}

/** Whom one talks to, whether they can be heard, and what can be done about it. */
export function ThreadHeader(props: ThreadHeaderProps): ReactElement {
  const { people, connection, isFocused, isShowingPeople, onPeople, onInspect, onDelete, onLeave } = props
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (isFocused) heading.current?.focus()
  }, [isFocused])

  return (
    <header className="flex items-center gap-1 border-b border-line bg-surface/70 py-2 ps-2 pe-2 sm:px-4">
      <a
        href={hrefOf({ page: 'conversations' })}
        aria-label="Back to the conversations"
        className={`${iconButtonShape} md:hidden`}
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
          <bdi>{titleOf(people)}</bdi>
        </h1>
        <p className="flex items-center gap-1.5 truncate text-[0.8125rem] text-soft">
          <span aria-hidden className={`size-2 shrink-0 rounded-full ${dotOf(connection)}`} />
          {wordOf(connection)}
          {people.isGroup && people.participants && <span>· {`${people.participants.length} people`}</span>}
        </p>
      </div>
      <IconButton icon={UsersRound} label="People" aria-pressed={isShowingPeople} onClick={onPeople} />
      <Menu
        trigger={
          <button type="button" aria-label="Conversation actions" className={iconButtonShape}>
            <EllipsisVertical aria-hidden className="size-5" />
          </button>
        }
      >
        <MenuItem icon={Activity} onClick={onInspect}>
          Wire inspector
        </MenuItem>
        <PartItem isOwner={people.isOwner} onDelete={onDelete} onLeave={onLeave} />
      </Menu>
    </header>
  )
}

function titleOf({ others }: People): string {
  return others.length > 0 ? listNames(others.map(nameOf)) : 'Conversation'
}

function wordOf({ state }: ConnectionStatus): string {
  switch (state) {
    case 'connecting':
      return 'Connecting…'
    case 'online':
      return 'Online'
    case 'reconnecting':
      return 'Reconnecting…'
    case 'offline':
    case 'closed':
      return 'Not connected'
  }
}

function dotOf({ state }: ConnectionStatus): string {
  switch (state) {
    case 'online':
      return 'bg-emerald-500'
    case 'connecting':
    case 'reconnecting':
      return 'bg-amber-500 motion-safe:animate-pulse'
    case 'offline':
    case 'closed':
      return 'bg-alert'
  }
}
