import { useState, type ReactElement } from 'react'
import { toSafeMediaUrl } from '../payloads/safe-url.ts'
import { getInitials, type Person } from './person.ts'

/** A person's picture, or their initials on a color. Decorative: the name is next to it. */
export function Avatar({ person, className }: { person: Person; className: string }): ReactElement {
  const [brokenUrl, setBrokenUrl] = useState<string>()
  const url = person.pictureUrl && toSafeMediaUrl(person.pictureUrl)
  const shape = `shrink-0 rounded-full select-none ${className}`

  if (!url || url === brokenUrl) {
    return (
      <span
        aria-hidden
        style={{
          background: `light-dark(oklch(0.9 0.06 ${getHue(person.id)}), oklch(0.38 0.06 ${getHue(person.id)}))`,
        }}
        className={`grid place-items-center font-semibold text-ink forced-colors:border ${shape}`}
      >
        {getInitials(person)}
      </span>
    )
  }
  return (
    <img
      src={url}
      alt=""
      referrerPolicy="no-referrer"
      className={`bg-accent-subtle object-cover ${shape}`}
      onError={() => setBrokenUrl(url)}
    />
  )
}

/** Derives a stable hue from an id. */
function getHue(id: string): number {
  let hash = 0
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return hash
}

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
