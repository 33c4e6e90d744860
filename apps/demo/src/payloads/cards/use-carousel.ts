import useEmblaCarousel from 'embla-carousel-react'
import { useEffect, useState, type KeyboardEvent, type RefCallback } from 'react'
import type { Direction } from './use-direction.ts'

export interface Carousel {
  /** For the element that is looked through. */
  viewport: RefCallback<HTMLElement>
  place: CarouselPlace
  turn: (steps: 1 | -1) => void
  onKeyDown: (event: KeyboardEvent) => void
}

interface CarouselPlace {
  /** The first card in view, from 0. */
  first: number
  hasEarlier: boolean
  hasMore: boolean
  /** Whether there is more than fits. */
  isTurnable: boolean
}

/** Turns cards, in the direction in which the page is read, and without motion for who wants none. */
export function useCarousel(direction: Direction): Carousel {
  const [viewport, embla] = useEmblaCarousel({
    align: 'start',
    containScroll: 'trimSnaps',
    direction,
  })
  const [place, setPlace] = useState<CarouselPlace>(start)

  useEffect(() => {
    if (!embla) return
    const api = embla
    function look(): void {
      const { length } = api.scrollSnapList()
      setPlace({
        first: api.selectedScrollSnap(),
        hasEarlier: api.canScrollPrev(),
        hasMore: api.canScrollNext(),
        isTurnable: length > 1,
      })
    }
    look()
    api.on('select', look).on('reInit', look)
    return () => {
      api.off('select', look).off('reInit', look)
    }
  }, [embla])

  function turn(steps: 1 | -1): void {
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    if (steps > 0) embla?.scrollNext(isStill)
    else embla?.scrollPrev(isStill)
  }

  function onKeyDown(event: KeyboardEvent): void {
    const forward = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const backward = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft'
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key !== forward && event.key !== backward) return
    event.preventDefault()
    turn(event.key === forward ? 1 : -1)
  }

  return { viewport, place, turn, onKeyDown }
}

const start: CarouselPlace = { first: 0, hasEarlier: false, hasMore: false, isTurnable: false }
