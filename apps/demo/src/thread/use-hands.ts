import {
  useMemo,
  useRef,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  type WheelEvent,
} from 'react'

export interface Hands {
  onWheel: (event: WheelEvent) => void
  onTouchMove: () => void
  onKeyDown: (event: KeyboardEvent) => void
  onPointerDown: (event: PointerEvent) => void
  onScrollEnd: () => void
}

const upwardKeys: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home'])

/** Whether somebody is just pulling something up that can be scrolled: a page scrolls for other reasons as well. */
export function useHands(): { isPulledUp: RefObject<boolean>; hands: Hands } {
  const isPulledUp = useRef(false)
  const hands = useMemo((): Hands => {
    const pull = (isUpward: boolean): void => {
      if (isUpward) isPulledUp.current = true
    }
    return {
      onWheel: ({ deltaY }) => pull(deltaY < 0),
      onTouchMove: () => pull(true),
      onKeyDown: ({ key }) => pull(upwardKeys.has(key)),
      // What is pressed of the element itself is its scroll bar.
      onPointerDown: ({ target, currentTarget }) => pull(target === currentTarget),
      onScrollEnd() {
        isPulledUp.current = false
      },
    }
  }, [])
  return { isPulledUp, hands }
}
