import { useEffect } from 'react'
import { composerId } from '../thread/composer.tsx'

/**
 * Moves the keyboard focus when the focused element is removed or disabled. The focus goes to the nearest
 * remaining focusable ancestor, such as the message of a button. Otherwise it goes to the message field, or on touch
 * screens, where that would open the keyboard, to the heading.
 */
export function useFocusFallback(): void {
  useEffect(() => {
    let path: readonly HTMLElement[] = []
    let frame = 0

    const remember = (event: FocusEvent): void => {
      path = event.composedPath().filter((target) => target instanceof HTMLElement)
    }
    const check = (): void => {
      const [focused] = path
      const isLost = document.activeElement === null || document.activeElement === document.body
      // A click on an empty area removes the focus on purpose.
      if (!focused || focused === document.body || !isLost || isUsable(focused)) return
      const next = path.slice(1).find((element) => element.tagName !== 'BODY' && isUsable(element))
      ;(next ?? fallback())?.focus({ preventScroll: true })
    }
    // Dialogs and menus restore the focus some frames after they have closed.
    const checkLater = (): void => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(check)
      })
    }

    const observer = new MutationObserver(checkLater)
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributeFilter: ['disabled', 'hidden', 'inert'],
    })
    document.addEventListener('focusin', remember)
    return () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
      document.removeEventListener('focusin', remember)
    }
  }, [])
}

function isUsable(element: HTMLElement): boolean {
  const isFocusable =
    element.hasAttribute('tabindex') || element.matches('a[href], button, input, select, textarea')
  return isFocusable && element.isConnected && !element.matches(':disabled') && element.checkVisibility()
}

function fallback(): HTMLElement | null {
  const field = document.getElementById(composerId)
  const isTouch = matchMedia('(pointer: coarse)').matches
  return field && !isTouch
    ? field
    : document.querySelector<HTMLElement>('h1[tabindex], [data-focus-fallback]')
}
