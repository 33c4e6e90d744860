import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { Row } from './rows.ts'
import { useHands, type Hands } from './use-hands.ts'

export interface LogPlace {
  scroller: RefObject<HTMLDivElement | null>
  /** What is scrolled. */
  content: RefObject<HTMLDivElement | null>
  isAtEnd: boolean
  /** How many messages of others came since the end was left. */
  newCount: number
  /** Whether the last change brought older rows than those that were there. */
  isPrepended: boolean
  toEnd: () => void
  onScroll: () => void
  /** For the element that is scrolled: what a person does to it. */
  hands: Hands
}

/** A browser's smooth scroll takes less. */
const smoothScrollMs = 600

/** How near to the end counts as being there, in pixels. */
const nearEnd = 48

/** Keeps a growing list in its place: at its end for whoever is there, and on the same lines when older ones come above them. */
export function useLogPlace(rows: readonly Row[]): LogPlace {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)
  /** Until this time, the rest of an earlier smooth scroll does not leave the end. */
  const heldUntil = useRef(0)
  const last = useRef({ top: 0, height: 0 })
  const newest = useRef<string>(undefined)
  const { isPulledUp, hands } = useHands()
  const [isAtEnd, setIsAtEnd] = useState(true)
  /** The last row that was there when the end was left. */
  const [leftAt, setLeftAt] = useState<string>()
  const [former, setFormer] = useState(rows)
  const [isGrownAbove, setIsGrownAbove] = useState(false)
  if (rows !== former) {
    setFormer(rows)
    setIsGrownAbove(isPrepended(former, rows))
  }

  const keepAtEnd = useCallback(() => {
    const element = scroller.current
    if (!element || !sticks.current) return
    element.scrollTop = element.scrollHeight
    last.current = { top: element.scrollTop, height: element.scrollHeight }
  }, [])

  const toEnd = useCallback(() => {
    sticks.current = true
    hands.onScrollEnd()
    heldUntil.current = performance.now() + smoothScrollMs
    keepAtEnd()
    setIsAtEnd(true)
  }, [keepAtEnd, hands])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (!element) return
    if (performance.now() < heldUntil.current && !isPulledUp.current) {
      keepAtEnd()
      return
    }
    const { scrollTop: top, scrollHeight: height, clientHeight } = element
    // Only a way up leaves the end, and only by hand where something grew or shrank: what was measured anew moves by itself.
    const isByHand = height === last.current.height || isPulledUp.current
    const isUpward = top < last.current.top && isByHand
    last.current = { top, height }
    if (height - top - clientHeight < nearEnd) sticks.current = true
    else if (isUpward) sticks.current = false
    setIsAtEnd(sticks.current)
    if (!sticks.current) setLeftAt((key) => key ?? newest.current)
    else setLeftAt(undefined)
  }, [isPulledUp, keepAtEnd])

  useEffect(() => {
    const observer = new ResizeObserver(keepAtEnd)
    if (scroller.current) observer.observe(scroller.current)
    if (content.current) observer.observe(content.current)
    return () => observer.disconnect()
  }, [keepAtEnd])

  useLayoutEffect(() => {
    newest.current = rows.at(-1)?.message.key
    keepAtEnd()
  }, [rows, keepAtEnd])

  // The list has moved what is read back into its place, and hears of it by an event of the next frame. What it measures until then
  // it would reckon from the place before, and end at the top.
  useLayoutEffect(() => {
    if (isGrownAbove) scroller.current?.dispatchEvent(new Event('scroll'))
  }, [rows, isGrownAbove])

  // Whoever sends something wants to see it. What is unsent stands last.
  const newestRow = rows.at(-1)
  const unsent =
    newestRow?.isOwn && newestRow.message.status === 'sending' ? newestRow.message.key : undefined
  useLayoutEffect(() => {
    if (unsent === undefined) return
    sticks.current = true
    keepAtEnd()
  }, [unsent, keepAtEnd])

  return {
    scroller,
    content,
    isAtEnd,
    newCount: isAtEnd ? 0 : countAfter(rows, leftAt),
    isPrepended: isGrownAbove,
    toEnd,
    onScroll,
    hands,
  }
}

/** Whether there is more above what was there, and the same at its end. */
function isPrepended(before: readonly Row[], after: readonly Row[]): boolean {
  const [first] = before
  if (!first || after.length <= before.length) return false
  return (
    after[0]?.message.key !== first.message.key && after.at(-1)?.message.key === before.at(-1)?.message.key
  )
}

const most = 99

function countAfter(rows: readonly Row[], key: string | undefined): number {
  let count = 0
  for (let index = rows.length - 1; index >= 0 && count < most; index--) {
    const row = rows[index]
    if (!row || row.message.key === key) break
    if (!row.isOwn) count++
  }
  return count
}
