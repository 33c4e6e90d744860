import type { ReactElement } from 'react'
import { Unreachable } from './unreachable.tsx'
import { useImage } from './use-image.ts'

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
  const { src, props } = useImage(url)
  if (!src) return <Unreachable kind="picture" url={url} />
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
