import {
  useMemo,
  useRef,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  type WheelEvent,
} from 'react'

export interface ScrollIntentHandlers {
  onWheel: (event: WheelEvent) => void
  onTouchMove: () => void
  onKeyDown: (event: KeyboardEvent) => void
  onPointerDown: (event: PointerEvent) => void
  onScrollEnd: () => void
}

const upwardKeys: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home'])

/** Detects whether the user is scrolling up. Layout changes and scripts cause scroll events too. */
export function useScrollIntent(): { isScrollingUp: RefObject<boolean>; handlers: ScrollIntentHandlers } {
  const isScrollingUp = useRef(false)
  const handlers = useMemo((): ScrollIntentHandlers => {
    const setIfUpward = (isUpward: boolean): void => {
      if (isUpward) isScrollingUp.current = true
    }
    return {
      onWheel: ({ deltaY }) => setIfUpward(deltaY < 0),
      onTouchMove: () => setIfUpward(true),
      onKeyDown: ({ key }) => setIfUpward(upwardKeys.has(key)),
      // A press on the scroller itself, rather than on its content, is on its scroll bar.
      onPointerDown: ({ target, currentTarget }) => setIfUpward(target === currentTarget),
      onScrollEnd() {
        isScrollingUp.current = false
      },
    }
  }, [])
  return { isScrollingUp, handlers }
}
