import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

export interface ScrollPlace {
  scroller: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  isAtEnd: boolean
  scrollToEnd: () => void
}

/** How near to the end counts as being there, in pixels. */
const nearEnd = 48

/**
 * Keeps a growing list in its place: at its end for whoever is there, and on the same lines when older ones come above them.
 *
 * @param firstKey - The first line's key: it changes when older lines come.
 */
export function useScrollPlace(firstKey: string | undefined): ScrollPlace {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)
  const lastHeight = useRef(0)
  const lastTop = useRef(0)
  const [isAtEnd, setIsAtEnd] = useState(true)

  const scrollToEnd = useCallback(() => {
    sticks.current = true
    const element = scroller.current
    element?.scrollTo({ top: element.scrollHeight })
  }, [])

  useEffect(() => {
    const element = scroller.current
    const inner = content.current
    if (!element || !inner) return

    function onScroll(): void {
      if (!element) return
      const { scrollTop, scrollHeight, clientHeight } = element
      const isUpward = scrollTop < lastTop.current
      lastTop.current = scrollTop
      // Only a way up leaves the end: what has grown since the last scrolling seems to have left it, too.
      if (scrollHeight - scrollTop - clientHeight < nearEnd) sticks.current = true
      else if (isUpward) sticks.current = false
      setIsAtEnd(sticks.current)
    }
    const observer = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight
      lastHeight.current = element.scrollHeight
    })
    observer.observe(inner)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    // By hand: at the very top, where older lines are asked for, browsers do not anchor.
    if (!sticks.current) element.scrollTop += element.scrollHeight - lastHeight.current
    lastHeight.current = element.scrollHeight
  }, [firstKey])

  return { scroller, content, isAtEnd, scrollToEnd }
}
