import type { PayloadOf } from '@parley/core'
import {
  lazy,
  Suspense,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type ReactElement,
  type RefObject,
} from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { LoadFailureToast } from '../../ui/lazy-part.tsx'
import { toSafeMediaUrl } from '../safe-url.ts'
import { getFileName } from './get-file-name.ts'
import { MediaError } from './media-payload.tsx'

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
        <ErrorBoundary resetKeys={[src]} fallback={<LoadFailureToast />}>
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

interface ImageState {
  /** URL of the image. Undefined if it is not safe, or failed to load. */
  src: string | undefined
  /** Undefined until the image is loaded. */
  size: { width: number; height: number } | undefined
  /** Props of the `<img>` element. */
  props: { ref: RefObject<HTMLImageElement | null>; onLoad: () => void; onError: () => void }
}

/** Tracks the loading state and the size of an image. */
function useImage(url: string): ImageState {
  const ref = useRef<HTMLImageElement>(null)
  const [brokenSrc, setBrokenSrc] = useState<string>()
  const [size, setSize] = useState<ImageState['size']>()
  const src = toSafeMediaUrl(url)

  function onLoad(): void {
    const { naturalWidth: width = 0, naturalHeight: height = 0 } = ref.current ?? {}
    if (width > 0 && height > 0) setSize({ width, height })
  }

  // A cached image is complete immediately. Setting its size before the first paint avoids a layout shift.
  useLayoutEffect(() => {
    if (ref.current?.complete) onLoad()
  }, [src])

  return {
    src: src === brokenSrc ? undefined : src,
    size,
    props: { ref, onLoad, onError: () => setBrokenSrc(src) },
  }
}

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

export const loadLightbox = () => import('./lightbox.tsx')
