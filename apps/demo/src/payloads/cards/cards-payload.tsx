import { lazy, Suspense, type ReactElement } from 'react'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { loadCarousel } from './load-carousel.ts'
import { PlainCards, type CardsProps } from './plain-cards.tsx'

/** Several cards, as a carousel once its code is loaded. */
export function CardsPayload(props: CardsProps): ReactElement {
  const plain = <PlainCards {...props} />
  return (
    <ErrorBoundary resetKey={props.payload} fallback={plain}>
      <Suspense fallback={plain}>
        <CarouselPayload {...props} />
      </Suspense>
    </ErrorBoundary>
  )
}

const CarouselPayload = lazy(async () => ({ default: (await loadCarousel()).CarouselPayload }))
