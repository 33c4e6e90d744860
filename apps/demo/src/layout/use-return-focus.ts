import { useEffect, useRef } from 'react'

const mostFrames = 30

/** Whoever comes back from a conversation to the list, where only one of them is shown, finds the focus where they left it. */
export function useReturnFocus(openId: string | undefined): void {
  const former = useRef(openId)
  useEffect(() => {
    const left = former.current
    former.current = openId
    const isLost = document.activeElement === document.body
    if (left === undefined || openId !== undefined || !isLost) return undefined

    let frame = 0
    let count = 0
    // A row that was hidden is measured before it shows, and only then takes the focus.
    function focus(): void {
      const link = document.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(left ?? '')}"]`)
      link?.focus()
      if (document.activeElement !== link && ++count < mostFrames) frame = requestAnimationFrame(focus)
    }
    focus()
    return () => cancelAnimationFrame(frame)
  }, [openId])
}
