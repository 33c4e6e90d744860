import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { firstStep, isGrownAbove, isPrepended } from './growth.ts'
import type { Row } from './rows.ts'
import { useHands, type Hands } from './use-hands.ts'
import { useMoving } from './use-moving.ts'

export interface LogPlace {
  /** The rows to show. Where they have grown at both ends at once, the newer ones come a step later. */
  rows: readonly Row[]
  /** Older rows wait until nothing moves any more. */
  isHeld: boolean
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
  onScrollEnd: () => void
  /** For the element that is scrolled: what a person does to it. */
  hands: Hands
}

/** How near to the end counts as being there, in pixels. */
const nearEnd = 48

/** Keeps a growing list in its place: at its end for whoever is there, and on the same lines when older ones come above them. */
export function useLogPlace(allRows: readonly Row[]): LogPlace {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)
  const last = useRef({ top: 0, height: 0 })
  const newest = useRef<string>(undefined)
  const { isPulledUp, hands } = useHands()
  const [isAtEnd, setIsAtEnd] = useState(true)
  /** The last row that was there when the end was left. */
  const [leftAt, setLeftAt] = useState<string>()
  const [wanted, setWanted] = useState(allRows)
  const [rows, setRows] = useState(allRows)
  const [isShifted, setIsShifted] = useState(false)
  const { isMoving, onMove, onStill } = useMoving()

  function show(next: readonly Row[]): void {
    setRows(next)
    setIsShifted(isPrepended(rows, next))
  }
  // A browser that is in the middle of a smooth movement goes on to where that was to end, whatever came above it meanwhile.
  const isHeld = isMoving && isGrownAbove(rows, allRows)
  if (allRows !== wanted && !isHeld) {
    setWanted(allRows)
    show(firstStep(rows, allRows))
  }
  useLayoutEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- the first step is on the page before the second is taken
    if (rows !== wanted) show(wanted)
  })

  const keepAtEnd = useCallback(() => {
    const element = scroller.current
    if (!element || !sticks.current) return
    element.scrollTop = element.scrollHeight
    last.current = { top: element.scrollTop, height: element.scrollHeight }
  }, [])

  const toEnd = useCallback(() => {
    sticks.current = true
    keepAtEnd()
    setIsAtEnd(true)
  }, [keepAtEnd])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (!element) return
    onMove()
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
  }, [isPulledUp, onMove])

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
    rows,
    isHeld,
    scroller,
    content,
    isAtEnd,
    newCount: isAtEnd ? 0 : countAfter(rows, leftAt),
    isPrepended: isShifted,
    toEnd,
    onScroll,
    onScrollEnd: onStill,
    hands,
  }
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
