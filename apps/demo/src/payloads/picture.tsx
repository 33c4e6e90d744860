import { ImageOff } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { safeMedia } from './safe-url.ts'

/** A picture, or a word in its place where it cannot be shown. */
export function Picture({
  url,
  alt,
  className,
}: {
  url: string
  alt: string
  className: string
}): ReactElement {
  const [isBroken, setIsBroken] = useState(false)
  const src = safeMedia(url)

  if (!src || isBroken) {
    return (
      <p className="flex min-h-28 items-center justify-center gap-2 bg-raised px-4 text-sm text-soft">
        <ImageOff aria-hidden className="size-5" />
        This picture cannot be shown.
      </p>
    )
  }
  return (
    <img
      src={src}
      alt={alt}
      className={className}
      referrerPolicy="no-referrer"
      onError={() => setIsBroken(true)}
    />
  )
}
