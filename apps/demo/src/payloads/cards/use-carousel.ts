import useEmblaCarousel from 'embla-carousel-react'
import { useEffect, useState, type KeyboardEvent, type RefCallback } from 'react'
import type { Direction } from './use-direction.ts'

export interface Carousel {
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
export function useCarousel(direction: Direction): Carousel {
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
