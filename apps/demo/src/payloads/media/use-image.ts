import { useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { toSafeMediaUrl } from '../safe-url.ts'

export interface ImageState {
  /** URL of the image. Undefined if it is not safe, or failed to load. */
  src: string | undefined
  /** Undefined until the image is loaded. */
  size: { width: number; height: number } | undefined
  /** Props of the `<img>` element. */
  props: { ref: RefObject<HTMLImageElement | null>; onLoad: () => void; onError: () => void }
}

/** Tracks the loading state and the size of an image. */
export function useImage(url: string): ImageState {
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
