import { ImageOff } from 'lucide-react'
import { useState, type ReactElement } from 'react'

/** An image in Markdown. Shows its alternative text if it cannot be loaded. */
export function MarkdownImage({ src, alt }: { src: string | undefined; alt: string }): ReactElement {
  const [isBroken, setIsBroken] = useState(false)
  if (src && !isBroken) {
    return (
      <img
        src={src}
        alt={alt}
        loading="lazy"
        referrerPolicy="no-referrer"
        onError={() => setIsBroken(true)}
      />
    )
  }
  return (
    <span className="missing-image">
      <ImageOff aria-hidden />
      {alt || 'Image unavailable'}
    </span>
  )
}
