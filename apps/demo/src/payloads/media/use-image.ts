import { useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { safeMedia } from '../safe-url.ts'

export interface ImageState {
  /** Its address; undefined where it cannot be shown. */
  src: string | undefined
  /** Undefined until it is known. */
  size: { width: number; height: number } | undefined
  /** For the element that shows it. */
  props: { ref: RefObject<HTMLImageElement | null>; onLoad: () => void; onError: () => void }
}

/** How it stands with a picture: on its way, there with its size, or not to be shown. */
export function useImage(url: string): ImageState {
  const ref = useRef<HTMLImageElement>(null)
  const [broken, setBroken] = useState<string>()
  const [size, setSize] = useState<ImageState['size']>()
  const src = safeMedia(url)

  function onLoad(): void {
    const { naturalWidth: width = 0, naturalHeight: height = 0 } = ref.current ?? {}
    if (width > 0 && height > 0) setSize({ width, height })
  }

  // One that was seen before is there at once: it has its size before it is painted, and nothing jumps.
  useLayoutEffect(() => {
    if (ref.current?.complete) onLoad()
  }, [src])

  return {
    src: src === broken ? undefined : src,
    size,
    props: { ref, onLoad, onError: () => setBroken(src) },
  }
}
