import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { ConversationItem } from './conversation-item.ts'

interface RovingFocusOptions {
  currentId: string | undefined
  scroller: RefObject<HTMLDivElement | null>
  list: RefObject<VirtualizerHandle | null>
}

/** Makes the list one tab stop (roving `tabindex`). The arrow keys, Home and End move between rows. */
export function useRovingFocus(
  items: readonly ConversationItem[],
  { currentId, scroller, list }: RovingFocusOptions,
) {
  const [focusedId, setFocusedId] = useState<string>()
  const pendingId = useRef<string>(undefined)
  const foundIndex = items.findIndex((item) => item.id === (focusedId ?? currentId))
  const index = Math.max(foundIndex, items.length > 0 ? 0 : -1)

  useEffect(() => {
    if (pendingId.current === undefined) return
    const link = scroller.current?.querySelector<HTMLElement>(
      `[data-conversation="${CSS.escape(pendingId.current)}"]`,
    )
    link?.focus({ preventScroll: true })
    pendingId.current = undefined
  }, [focusedId, scroller])

  function focus(next: number): void {
    const item = items[Math.min(Math.max(next, 0), items.length - 1)]
    if (!item) return
    list.current?.scrollToIndex(items.indexOf(item), { align: 'nearest' })
    pendingId.current = item.id
    setFocusedId(item.id)
    // If the row is already the current one, setting the state does not render again.
    scroller.current
      ?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(item.id)}"]`)
      ?.focus({ preventScroll: true })
  }

  return {
    index,
    focusFirst: () => focus(0),
    onFocus: (event: FocusEvent) => {
      const link = event.target.closest<HTMLElement>('[data-conversation]')
      if (link?.dataset['conversation']) setFocusedId(link.dataset['conversation'])
    },
    onKeyDown: (event: KeyboardEvent) => {
      const steps: Record<string, number> = {
        ArrowDown: index + 1,
        ArrowUp: index - 1,
        Home: 0,
        End: items.length - 1,
      }
      const next = steps[event.key]
      if (next === undefined || !(event.target as HTMLElement).closest('[data-conversation]')) return
      event.preventDefault()
      focus(next)
    },
  }
}
