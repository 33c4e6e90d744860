import { useEffect, useRef } from 'react'

const maxFrames = 30

/** Returns the focus to the list row of the conversation that was left, on screens that show only one of the two. */
export function useReturnFocus(openId: string | undefined): void {
  const previousId = useRef(openId)
  useEffect(() => {
    const leftId = previousId.current
    previousId.current = openId
    const isLost = document.activeElement === document.body
    if (leftId === undefined || openId !== undefined || !isLost) return undefined

    let frame = 0
    let count = 0
    // The virtualizer measures a hidden row before it shows it, and only a visible row can be focused.
    function focus(): void {
      const link = document.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(leftId ?? '')}"]`)
      link?.focus()
      if (document.activeElement !== link && ++count < maxFrames) frame = requestAnimationFrame(focus)
    }
    focus()
    return () => cancelAnimationFrame(frame)
  }, [openId])
}
