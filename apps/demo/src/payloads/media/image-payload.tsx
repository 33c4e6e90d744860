import type { PayloadOf } from '@parley/core'
import { lazy, Suspense, useState, type CSSProperties, type ReactElement } from 'react'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { LoadFailureToast } from '../../ui/load-failure-toast.tsx'
import { getFileName } from '../get-file-name.ts'
import { loadLightbox } from './load-lightbox.ts'
import { MediaError } from './media-error.tsx'
import { useImage, type ImageState } from './use-image.ts'

/** An image in the thread. A click, or Enter, opens it in a lightbox. */
export function ImagePayload({ payload }: { payload: PayloadOf<'image'> }): ReactElement {
  const { src, size, props } = useImage(payload.imageUrl)
  const [isOpen, setIsOpen] = useState(false)
  if (!src) return <MediaError kind="image" url={payload.imageUrl} />

  const alt = `Image ${getFileName(src) ?? ''}`.trim()
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setIsOpen(true)}
        style={getFrameStyle(size)}
        className="block max-w-full cursor-zoom-in overflow-hidden rounded-2xl bg-raised ring-1 ring-line"
      >
        <img {...props} src={src} alt={alt} referrerPolicy="no-referrer" className="size-full object-cover" />
      </button>
      {isOpen && (
        <ErrorBoundary resetKey={src} fallback={<LoadFailureToast />}>
          <Suspense fallback={null}>
            <Lightbox src={src} alt={alt} onClose={() => setIsOpen(false)} />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  )
}

const Lightbox = lazy(async () => ({ default: (await loadLightbox()).Lightbox }))

const maxRem = 24
const minRem = 5
const maxScale = 1.5

/** Returns the size of the frame. Reserves space with a common aspect ratio until the size of the image is known. */
function getFrameStyle(size: ImageState['size']): CSSProperties {
  if (!size) return { width: `${maxRem}rem`, aspectRatio: '4 / 3' }
  const ratio = Math.min(Math.max(size.width / size.height, 0.4), 4)
  const maxWidth = `${maxRem * Math.min(1, ratio)}rem`
  return {
    width: `max(${minRem}rem, min(${maxWidth}, ${Math.round(size.width * maxScale)}px))`,
    aspectRatio: String(ratio),
  }
}
