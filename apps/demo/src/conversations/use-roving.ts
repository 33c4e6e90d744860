import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { Entry } from './entry.ts'

interface RovingOptions {
  currentId: string | undefined
  scroller: RefObject<HTMLDivElement | null>
  list: RefObject<VirtualizerHandle | null>
}

/** One row is reached by Tab, and the others from there by the arrow keys. */
export function useRoving(entries: readonly Entry[], { currentId, scroller, list }: RovingOptions) {
  const [id, setId] = useState<string>()
  const wanted = useRef<string>(undefined)
  const found = entries.findIndex((entry) => entry.id === (id ?? currentId))
  const index = Math.max(found, entries.length > 0 ? 0 : -1)

  useEffect(() => {
    if (wanted.current === undefined) return
    const link = scroller.current?.querySelector<HTMLElement>(
      `[data-conversation="${CSS.escape(wanted.current)}"]`,
    )
    link?.focus({ preventScroll: true })
    wanted.current = undefined
  }, [id, scroller])

  function focus(next: number): void {
    const entry = entries[Math.min(Math.max(next, 0), entries.length - 1)]
    if (!entry) return
    list.current?.scrollToIndex(entries.indexOf(entry), { align: 'nearest' })
    wanted.current = entry.id
    setId(entry.id)
    // It may be the one already, so that nothing is drawn anew.
    scroller.current
      ?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(entry.id)}"]`)
      ?.focus({ preventScroll: true })
  }

  return {
    index,
    focusFirst: () => focus(0),
    onFocus: (event: FocusEvent) => {
      const link = event.target.closest<HTMLElement>('[data-conversation]')
      if (link?.dataset['conversation']) setId(link.dataset['conversation'])
    },
    onKeyDown: (event: KeyboardEvent) => {
      const steps: Record<string, number> = {
        ArrowDown: index + 1,
        ArrowUp: index - 1,
        Home: 0,
        End: entries.length - 1,
      }
      const next = steps[event.key]
      if (next === undefined || !(event.target as HTMLElement).closest('[data-conversation]')) return
      event.preventDefault()
      focus(next)
    },
  }
}
