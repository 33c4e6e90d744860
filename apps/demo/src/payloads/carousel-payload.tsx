import type { PayloadOf } from '@parley/core'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useRef, type ReactElement } from 'react'
import { CardPayload } from './card-payload.tsx'
import type { OnReply } from './reply.ts'

export interface CarouselPayloadProps {
  payload: PayloadOf<'carousel'>
  onReply?: OnReply | undefined
}

/** Cards side by side: swiped, scrolled with the arrow keys, or turned with the buttons. */
export function CarouselPayload({ payload, onReply }: CarouselPayloadProps): ReactElement {
  const strip = useRef<HTMLUListElement>(null)

  function turn(direction: 1 | -1): void {
    const width = strip.current?.firstElementChild?.clientWidth ?? 0
    strip.current?.scrollBy({ left: direction * (width + 12), behavior: 'smooth' })
  }

  return (
    <div role="group" aria-roledescription="carousel" aria-label={`${payload.items.length} cards`}>
      <ul
        ref={strip}
        tabIndex={0}
        aria-label="Cards"
        className="flex snap-x snap-mandatory gap-3 overflow-x-auto scrollbar-none rounded-2xl p-px"
      >
        {payload.items.map((card, index) => (
          <li key={index} className="w-64 max-w-[85%] shrink-0 snap-start">
            <CardPayload payload={card} onReply={onReply} />
          </li>
        ))}
      </ul>
      {payload.items.length > 1 && (
        <div className="mt-2 flex gap-2">
          <button type="button" aria-label="Earlier cards" className={turner} onClick={() => turn(-1)}>
            <ChevronLeft aria-hidden className="size-5" />
          </button>
          <button type="button" aria-label="More cards" className={turner} onClick={() => turn(1)}>
            <ChevronRight aria-hidden className="size-5" />
          </button>
        </div>
      )}
    </div>
  )
}

const turner = 'grid size-9 place-items-center rounded-full bg-surface ring-1 ring-line hover:bg-raised'
