import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { CardPayload } from './card-payload.tsx'
import type { CardsProps } from './plain-cards.tsx'
import { useCarousel } from './use-carousel.ts'
import { useDirection } from './use-direction.ts'

/** Cards side by side: swiped, turned with the arrow keys, or with the buttons. */
export function CarouselPayload({ payload, onReply }: CardsProps): ReactElement {
  const { items } = payload
  const direction = useDirection()
  const { viewport, place, turn, onKeyDown } = useCarousel(direction)
  if (items.length === 0) return <p className="text-sm text-soft">There are no cards here.</p>

  return (
    // Its direction is the page's, whatever the words in it are: what turns it must agree with how it is laid out.
    <div
      dir={direction}
      // Not a region, as a conversation may contain many carousels.
      role="group"
      aria-roledescription="carousel"
      aria-label={items.length === 1 ? 'One card' : `${items.length} cards: ${items[0]?.title}, …`}
      onKeyDown={onKeyDown}
      className="w-full"
    >
      <div
        ref={viewport}
        role="group"
        aria-label="Cards"
        tabIndex={place.isTurnable ? 0 : -1}
        className={`overflow-hidden rounded-2xl p-px ${place.isTurnable ? 'cursor-grab active:cursor-grabbing' : ''}`}
      >
        <div className="flex touch-pan-y touch-pinch-zoom gap-3">
          {items.map((card, index) => (
            <div
              key={index}
              role="group"
              aria-roledescription="slide"
              aria-label={`${index + 1} of ${items.length}`}
              className="w-64 max-w-[85%] shrink-0"
            >
              <CardPayload payload={card} onReply={onReply} />
            </div>
          ))}
        </div>
      </div>
      {place.isTurnable && (
        <div className="mt-2 flex items-center gap-2">
          <button
            type="button"
            aria-label="Earlier cards"
            aria-disabled={!place.hasEarlier}
            onClick={() => turn(-1)}
            className={turner}
          >
            <ChevronLeft aria-hidden className="size-5 rtl:-scale-x-100" />
          </button>
          <button
            type="button"
            aria-label="More cards"
            aria-disabled={!place.hasMore}
            onClick={() => turn(1)}
            className={turner}
          >
            <ChevronRight aria-hidden className="size-5 rtl:-scale-x-100" />
          </button>
          <span dir="ltr" className="ms-1 text-sm text-soft tabular-nums">
            {place.hasMore ? place.first + 1 : items.length} / {items.length}
          </span>
        </div>
      )}
    </div>
  )
}

// Not `disabled` at the ends: the focus would be lost there.
const turner =
  'grid size-9 place-items-center rounded-full bg-surface text-ink ring-1 ring-line hover:bg-raised aria-disabled:cursor-default aria-disabled:opacity-45 aria-disabled:hover:bg-surface pointer-coarse:size-11'
