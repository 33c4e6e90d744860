import { useEffect, useRef, type ReactElement } from 'react'
import YetAnotherLightbox, { type ControllerRef } from 'yet-another-react-lightbox'
import Zoom from 'yet-another-react-lightbox/plugins/zoom'
import 'yet-another-react-lightbox/styles.css'
import './lightbox.css'

export interface LightboxProps {
  src: string
  alt: string
  onClose: () => void
}

/** Shows an image as large as the window. Escape, a click outside or a swipe down closes it and restores the focus. */
export function Lightbox({ src, alt, onClose }: LightboxProps): ReactElement {
  const controller = useRef<ControllerRef>(null)

  // The library handles only keys pressed inside it, but Tab can move the focus out.
  useEffect(() => {
    function closeOnEscape({ key, target }: KeyboardEvent): void {
      if (key === 'Escape' && target === document.body) controller.current?.close()
    }
    document.addEventListener('keydown', closeOnEscape)
    return () => document.removeEventListener('keydown', closeOnEscape)
  }, [])

  return (
    <YetAnotherLightbox
      open
      close={onClose}
      slides={[{ src, alt }]}
      plugins={[Zoom]}
      carousel={{ finite: true, imageProps: { referrerPolicy: 'no-referrer' } }}
      controller={{ ref: controller, closeOnBackdropClick: true, closeOnPullDown: true }}
      animation={{ fade: 180, zoom: 180 }}
      zoom={{ maxZoomPixelRatio: 4, scrollToZoom: true }}
      labels={{ Lightbox: alt }}
      render={{ buttonPrev: () => null, buttonNext: () => null }}
    />
  )
}
