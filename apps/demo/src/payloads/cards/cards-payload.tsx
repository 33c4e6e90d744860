import { lazy, Suspense, type ReactElement } from 'react'
import { FaultBoundary } from '../../ui/fault-boundary.tsx'
import { loadCarousel } from './load-carousel.ts'
import { PlainCards, type CardsProps } from './plain-cards.tsx'

/** Several cards, as a carousel. */
export function CardsPayload(props: CardsProps): ReactElement {
  const plain = <PlainCards {...props} />
  return (
    <FaultBoundary of={props.payload} fallback={plain}>
      <Suspense fallback={plain}>
        <CarouselPayload {...props} />
      </Suspense>
    </FaultBoundary>
  )
}

const CarouselPayload = lazy(async () => ({ default: (await loadCarousel()).CarouselPayload }))
