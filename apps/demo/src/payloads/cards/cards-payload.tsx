import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { useLoadedComponent } from '../../ui/lazy-part.tsx'
import type { OnReply } from '../reply.ts'
import { CardPayload } from './card-payload.tsx'

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
    <ErrorBoundary resetKeys={[props.payload]} fallback={plain}>
      <Loaded {...props} />
    </ErrorBoundary>
  )
}

export interface CardsProps {
  payload: PayloadOf<'carousel'>
  onReply?: OnReply | undefined
}

/** Cards in a natively scrolled row. Shown until the carousel is loaded, or if loading fails. */
function PlainCards({ payload, onReply }: CardsProps): ReactElement {
  return (
    <div className="scrollbar-none flex w-full gap-3 overflow-x-auto rounded-2xl p-px">
      {payload.items.map((card, index) => (
        <div key={index} className="w-64 max-w-[85%] shrink-0">
          <CardPayload payload={card} onReply={onReply} />
        </div>
      ))}
    </div>
  )
}

export const loadCarousel = async () => (await import('./carousel-payload.tsx')).CarouselPayload
