import { useState, type ReactElement } from 'react'
import { safeMedia } from '../payloads/safe-url.ts'
import { initialsOf, type Person } from './person.ts'

/** A person's picture, or their initials on a colour of their own. It only decorates: the name stands beside it. */
export function Avatar({ person, className }: { person: Person; className: string }): ReactElement {
  const [brokenUrl, setBrokenUrl] = useState<string>()
  const url = person.pictureUrl && safeMedia(person.pictureUrl)
  const shape = `shrink-0 rounded-full select-none ${className}`

  if (!url || url === brokenUrl) {
    return (
      <span
        aria-hidden
        style={{
          background: `light-dark(oklch(0.9 0.06 ${hueOf(person.id)}), oklch(0.38 0.06 ${hueOf(person.id)}))`,
        }}
        className={`grid place-items-center font-semibold text-ink forced-colors:border ${shape}`}
      >
        {initialsOf(person)}
      </span>
    )
  }
  return (
    <img
      src={url}
      alt=""
      referrerPolicy="no-referrer"
      className={`bg-accent-wash object-cover ${shape}`}
      onError={() => setBrokenUrl(url)}
    />
  )
}

/** A hue that stays a person's own. */
function hueOf(id: string): number {
  let hash = 0
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return hash
}
