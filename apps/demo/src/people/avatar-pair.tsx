import type { ReactElement } from 'react'
import { Avatar } from './avatar.tsx'
import type { Person } from './person.ts'

/** The avatar of a conversation: of one person, or of the first two. */
export function AvatarPair({
  people,
  className,
}: {
  people: readonly Person[]
  className: string
}): ReactElement {
  const [first = { id: '', name: '?' }, second] = people
  if (!second) return <Avatar person={first} className={className} />
  return (
    <span aria-hidden className={`relative shrink-0 ${className}`}>
      <Avatar person={second} className="absolute end-0 top-0 size-[68%] text-[0.6em]" />
      <Avatar
        person={first}
        className="absolute start-0 bottom-0 size-[68%] text-[0.6em] ring-2 ring-canvas"
      />
    </span>
  )
}
