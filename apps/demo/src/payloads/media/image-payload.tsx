import type { PayloadOf } from '@parley/core'
import { lazy, Suspense, useState, type CSSProperties, type ReactElement } from 'react'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { LoadFailure } from '../../ui/load-failure.tsx'
import { fileName } from '../file-name.ts'
import { loadLightbox } from './load-lightbox.ts'
import { Unreachable } from './unreachable.tsx'
import { useImage, type ImageState } from './use-image.ts'

/** A picture in the thread; a click, or Enter, shows it large. */
export function ImagePayload({ payload }: { payload: PayloadOf<'image'> }): ReactElement {
  const { src, size, props } = useImage(payload.imageUrl)
  const [isOpen, setIsOpen] = useState(false)
  if (!src) return <Unreachable kind="picture" url={payload.imageUrl} />

  const alt = `Picture ${fileName(src) ?? ''}`.trim()
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setIsOpen(true)}
        style={frameOf(size)}
        className="block max-w-full cursor-zoom-in overflow-hidden rounded-2xl bg-raised ring-1 ring-line"
      >
        <img {...props} src={src} alt={alt} referrerPolicy="no-referrer" className="size-full object-cover" />
      </button>
      {isOpen && (
        <ErrorBoundary resetKey={src} fallback={<LoadFailure />}>
          <Suspense fallback={null}>
            <Lightbox src={src} alt={alt} onClose={() => setIsOpen(false)} />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  )
}

const Lightbox = lazy(async () => ({ default: (await loadLightbox()).Lightbox }))

const mostRem = 24
const leastRem = 5
const mostEnlarged = 1.5

/** Room for a picture of common form until its own form is known; neither much larger than it is, nor out of all proportion. */
function frameOf(size: ImageState['size']): CSSProperties {
  if (!size) return { width: `${mostRem}rem`, aspectRatio: '4 / 3' }
  const ratio = Math.min(Math.max(size.width / size.height, 0.4), 4)
  const widest = `${mostRem * Math.min(1, ratio)}rem`
  return {
    width: `max(${leastRem}rem, min(${widest}, ${Math.round(size.width * mostEnlarged)}px))`,
    aspectRatio: String(ratio),
  }
}
