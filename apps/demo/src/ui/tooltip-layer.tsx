import { Tooltip } from '@base-ui/react/tooltip'
import { useEffect, useState, type ReactElement } from 'react'

const delayMs = 500

/**
 * Shows the `data-tooltip` of the element under the pointer or with the keyboard focus. One layer serves the whole
 * page. The text repeats the accessible name of the element, so it is hidden from assistive technology.
 */
export function TooltipLayer(): ReactElement {
  const [anchor, setAnchor] = useState<HTMLElement>()
  const [label, setLabel] = useState('')

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const hide = (): void => {
      clearTimeout(timer)
      setAnchor(undefined)
    }
    const showLater = (element: HTMLElement | undefined): void => {
      hide()
      if (!element) return
      timer = setTimeout(() => {
        if (!element.isConnected) return
        setLabel(element.dataset['tooltip'] ?? '')
        setAnchor(element)
      }, delayMs)
    }
    const onPointerOver = (event: PointerEvent): void => {
      if (event.pointerType !== 'touch') showLater(elementWithTooltip(event.target))
    }
    const onFocusIn = (event: FocusEvent): void => {
      const element = elementWithTooltip(event.target)
      showLater(element?.matches(':focus-visible') ? element : undefined)
    }
    const options = { capture: true, passive: true }
    document.addEventListener('pointerover', onPointerOver, options)
    document.addEventListener('focusin', onFocusIn, options)
    for (const name of hidingEvents) document.addEventListener(name, hide, options)
    return () => {
      hide()
      document.removeEventListener('pointerover', onPointerOver, options)
      document.removeEventListener('focusin', onFocusIn, options)
      for (const name of hidingEvents) document.removeEventListener(name, hide, options)
    }
  }, [])

  return (
    <Tooltip.Root open={anchor !== undefined}>
      <Tooltip.Portal>
        <Tooltip.Positioner anchor={anchor ?? null} sideOffset={6} className="pointer-events-none z-50">
          <Tooltip.Popup
            aria-hidden
            className="rounded-lg bg-ink px-2.5 py-1 text-xs font-medium text-canvas shadow-lg transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0 forced-colors:border"
          >
            {label}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

const hidingEvents = ['pointerdown', 'keydown', 'focusout', 'wheel'] as const

function elementWithTooltip(target: EventTarget | null): HTMLElement | undefined {
  return (target instanceof Element && target.closest<HTMLElement>('[data-tooltip]')) || undefined
}
