import useEmblaCarousel from 'embla-carousel-react'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import {
  useEffect,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactElement,
  type RefCallback,
} from 'react'
import { CardPayload } from './card-payload.tsx'
import type { CardsProps } from './cards-payload.tsx'

/** Cards in a row, scrolled by swiping, with the arrow keys or with the buttons. */
export function CarouselPayload({ payload, onReply }: CardsProps): ReactElement {
  const { items } = payload
  const direction = useDirection()
  const { viewport, state, scrollBy, onKeyDown } = useCarousel(direction)
  if (items.length === 0) return <p className="text-sm text-soft">No cards.</p>

  return (
    // Uses the direction of the page rather than of its text, as the buttons and the layout must agree.
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
        tabIndex={state.isScrollable ? 0 : -1}
        className={`overflow-hidden rounded-2xl p-px ${state.isScrollable ? 'cursor-grab active:cursor-grabbing' : ''}`}
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
      {state.isScrollable && (
        <div className="mt-2 flex items-center gap-2">
          <button
            type="button"
            aria-label="Previous cards"
            aria-disabled={!state.hasPrevious}
            onClick={() => scrollBy(-1)}
            className={arrowButtonClass}
          >
            <ChevronLeft aria-hidden className="size-5 rtl:-scale-x-100" />
          </button>
          <button
            type="button"
            aria-label="Next cards"
            aria-disabled={!state.hasNext}
            onClick={() => scrollBy(1)}
            className={arrowButtonClass}
          >
            <ChevronRight aria-hidden className="size-5 rtl:-scale-x-100" />
          </button>
          <span dir="ltr" className="ms-1 text-sm text-soft tabular-nums">
            {state.hasNext ? state.first + 1 : items.length} / {items.length}
          </span>
        </div>
      )}
    </div>
  )
}

// Not `disabled` at the ends, as the focus would be lost.
const arrowButtonClass =
  'grid size-9 place-items-center rounded-full bg-surface text-ink ring-1 ring-line hover:bg-raised aria-disabled:cursor-default aria-disabled:opacity-45 aria-disabled:hover:bg-surface pointer-coarse:size-11'

interface Carousel {
  /** Ref of the scrolled element. */
  viewport: RefCallback<HTMLElement>
  state: CarouselState
  scrollBy: (steps: 1 | -1) => void
  onKeyDown: (event: KeyboardEvent) => void
}

interface CarouselState {
  /** Index of the first visible card. */
  first: number
  hasPrevious: boolean
  hasNext: boolean
  /** Whether there are more cards than fit. */
  isScrollable: boolean
}

/** Scrolls cards in the direction of the page. Not animated if the user prefers reduced motion. */
function useCarousel(direction: Direction): Carousel {
  const [viewport, embla] = useEmblaCarousel({
    align: 'start',
    containScroll: 'trimSnaps',
    direction,
  })
  const [state, setState] = useState<CarouselState>(initialState)

  useEffect(() => {
    if (!embla) return
    const api = embla
    function update(): void {
      const { length } = api.scrollSnapList()
      setState({
        first: api.selectedScrollSnap(),
        hasPrevious: api.canScrollPrev(),
        hasNext: api.canScrollNext(),
        isScrollable: length > 1,
      })
    }
    update()
    api.on('select', update).on('reInit', update)
    return () => {
      api.off('select', update).off('reInit', update)
    }
  }, [embla])

  function scrollBy(steps: 1 | -1): void {
    const isInstant = matchMedia('(prefers-reduced-motion: reduce)').matches
    if (steps > 0) embla?.scrollNext(isInstant)
    else embla?.scrollPrev(isInstant)
  }

  function onKeyDown(event: KeyboardEvent): void {
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const backward = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft'
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key !== forward && event.key !== backward) return
    event.preventDefault()
    scrollBy(event.key === forward ? 1 : -1)
  }

  return { viewport, state, scrollBy, onKeyDown }
}

const initialState: CarouselState = { first: 0, hasPrevious: false, hasNext: false, isScrollable: false }

export type Direction = 'ltr' | 'rtl'

/** Returns the text direction of the page, and follows its changes. */
function useDirection(): Direction {
  return useSyncExternalStore(subscribe, getDirection, () => 'ltr')
}

function getDirection(): Direction {
  return getComputedStyle(document.documentElement).direction === 'rtl' ? 'rtl' : 'ltr'
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange)
  observer.observe(document.documentElement, { attributeFilter: ['dir'] })
  return () => observer.disconnect()
}
