import type { ReactElement } from 'react'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { useLoadedComponent } from '../../ui/use-loaded-component.ts'
import { loadCarousel } from './load-carousel.ts'
import { PlainCards, type CardsProps } from './plain-cards.tsx'

/** Several cards, as a carousel once its code is loaded. */
export function CardsPayload(props: CardsProps): ReactElement {
  const { Loaded, onPlainFocus } = useLoadedComponent(loadCarousel)
  const plain = (
    <div onFocus={onPlainFocus}>
      <PlainCards {...props} />
    </div>
  )
  if (!Loaded) return plain
  return (
    <ErrorBoundary resetKey={props.payload} fallback={plain}>
      <Loaded {...props} />
    </ErrorBoundary>
  )
}
