import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  type WheelEvent,
} from 'react'
import type { Row } from './rows.ts'

export interface StickToBottom {
  scroller: RefObject<HTMLDivElement | null>
  /** The scrolled content. */
  content: RefObject<HTMLDivElement | null>
  isAtEnd: boolean
  /** How many messages of others arrived since the user left the end. */
  newCount: number
  /** Whether the last change added older rows above. */
  isPrepended: boolean
  scrollToEnd: () => void
  onScroll: () => void
  /** Event handlers for the scroller. */
  intentHandlers: ScrollIntentHandlers
}

/** Longer than a smooth scroll of any browser. */
const smoothScrollMs = 600

/** Within this distance, the user counts as being at the end. */
const nearEndPx = 48

/**
 * Sticks to the end of a growing list while the user is there. Keeps the scroll position when older rows arrive.
 *
 * Not the library `use-stick-to-bottom`: it takes corrections of the virtualizer for the user's scrolling, so a list
 * leaves its end when several messages arrive, or when the page is reloaded.
 */
export function useStickToBottom(rows: readonly Row[]): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isPinned = useRef(true)
  /** Until this time, a running smooth scroll does not unpin the list. */
  const pinnedUntil = useRef(0)
  const lastScroll = useRef({ top: 0, height: 0 })
  const newestKey = useRef<string>(undefined)
  const { isScrollingUp, handlers: intentHandlers } = useScrollIntent()
  const [isAtEnd, setIsAtEnd] = useState(true)
  /** The newest row when the user left the end. */
  const [leftAtKey, setLeftAtKey] = useState<string>()
  const [previousRows, setPreviousRows] = useState(rows)
  const [isPrepended, setIsPrepended] = useState(false)
  if (rows !== previousRows) {
    setPreviousRows(rows)
    setIsPrepended(detectPrepended(previousRows, rows))
  }

  const stickToEnd = useCallback(() => {
    const element = scroller.current
    if (!element || !isPinned.current) return
    element.scrollTop = element.scrollHeight
    lastScroll.current = { top: element.scrollTop, height: element.scrollHeight }
  }, [])

  const scrollToEnd = useCallback(() => {
    isPinned.current = true
    intentHandlers.onScrollEnd()
    pinnedUntil.current = performance.now() + smoothScrollMs
    stickToEnd()
    setIsAtEnd(true)
  }, [stickToEnd, intentHandlers])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (!element) return
    if (performance.now() < pinnedUntil.current && !isScrollingUp.current) {
      stickToEnd()
      return
    }
    const { scrollTop: top, scrollHeight: height, clientHeight } = element
    // Only scrolling up unpins the list. If the height changed too, only a gesture counts, as measuring shifts rows.
    const isByUser = height === lastScroll.current.height || isScrollingUp.current
    const isUpward = top < lastScroll.current.top && isByUser
    lastScroll.current = { top, height }
    if (height - top - clientHeight < nearEndPx) isPinned.current = true
    else if (isUpward) isPinned.current = false
    setIsAtEnd(isPinned.current)
    if (!isPinned.current) setLeftAtKey((key) => key ?? newestKey.current)
    else setLeftAtKey(undefined)
  }, [isScrollingUp, stickToEnd])

  useEffect(() => {
    const observer = new ResizeObserver(stickToEnd)
    if (scroller.current) observer.observe(scroller.current)
    if (content.current) observer.observe(content.current)
    return () => observer.disconnect()
  }, [stickToEnd])

  useLayoutEffect(() => {
    newestKey.current = rows.at(-1)?.message.key
    stickToEnd()
  }, [rows, stickToEnd])

  // The virtualizer has corrected the scroll offset, but receives the event only in the next frame. Until
  // then it would place measured rows relative to the old offset, and the list would jump to the top.
  useLayoutEffect(() => {
    if (isPrepended) scroller.current?.dispatchEvent(new Event('scroll'))
  }, [rows, isPrepended])

  // Scroll to the user's own new message. Pending messages are last.
  const newestRow = rows.at(-1)
  const pendingKey = newestRow?.message.status === 'sending' ? newestRow.message.key : undefined
  useLayoutEffect(() => {
    if (pendingKey === undefined) return
    isPinned.current = true
    stickToEnd()
  }, [pendingKey, stickToEnd])

  return {
    scroller,
    content,
    isAtEnd,
    newCount: isAtEnd ? 0 : countAfter(rows, leftAtKey),
    isPrepended,
    scrollToEnd,
    onScroll,
    intentHandlers,
  }
}

/** Whether rows were added at the start only. */
function detectPrepended(previous: readonly Row[], next: readonly Row[]): boolean {
  const [first] = previous
  if (!first || next.length <= previous.length) return false
  return (
    next[0]?.message.key !== first.message.key && next.at(-1)?.message.key === previous.at(-1)?.message.key
  )
}

const maxNewCount = 99

function countAfter(rows: readonly Row[], key: string | undefined): number {
  let count = 0
  for (let index = rows.length - 1; index >= 0 && count < maxNewCount; index--) {
    const row = rows[index]
    if (!row || row.message.key === key) break
    if (!row.message.isOwn) count++
  }
  return count
}

interface ScrollIntentHandlers {
  onWheel: (event: WheelEvent) => void
  onTouchMove: () => void
  onKeyDown: (event: KeyboardEvent) => void
  onPointerDown: (event: PointerEvent) => void
  onScrollEnd: () => void
}

const upwardKeys: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home'])

/** Detects whether the user is scrolling up. Layout changes and scripts cause scroll events too. */
function useScrollIntent(): { isScrollingUp: RefObject<boolean>; handlers: ScrollIntentHandlers } {
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
