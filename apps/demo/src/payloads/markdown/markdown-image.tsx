import { ImageOff } from 'lucide-react'
import { useState, type ReactElement } from 'react'

/** A picture within markdown; its words where it cannot be shown. */
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
      {alt || 'A picture that cannot be shown'}
    </span>
  )
}
