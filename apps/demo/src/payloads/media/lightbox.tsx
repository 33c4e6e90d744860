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

/** One picture, as large as the window. Escape, a click beside it or a pull downwards close it; the focus goes back to where it was. */
export function Lightbox({ src, alt, onClose }: LightboxProps): ReactElement {
  const controller = useRef<ControllerRef>(null)

  // It hears only keys pressed within it, and Tab leads out of its last button.
  useEffect(() => {
    function closeFromOutside({ key, target }: KeyboardEvent): void {
      if (key === 'Escape' && target === document.body) controller.current?.close()
    }
    document.addEventListener('keydown', closeFromOutside)
    return () => document.removeEventListener('keydown', closeFromOutside)
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
