import type { ReactElement } from 'react'
import { MediaError } from './media-error.tsx'
import { useImage } from './use-image.ts'

/** An image, replaced by a message if it is unsafe or cannot be loaded. */
export function SafeImage({
  url,
  alt,
  className,
}: {
  url: string
  alt: string
  className: string
}): ReactElement {
  const { src, props } = useImage(url)
  if (!src) return <MediaError kind="image" url={url} />
  return (
    <img
      {...props}
      src={src}
      alt={alt}
      draggable={false}
      referrerPolicy="no-referrer"
      className={className}
    />
  )
}
