import { useEffect, type KeyboardEvent, type RefObject } from 'react'

const controls = 'a[href], button, input, select, textarea, summary, audio, video, [tabindex]'

/**
 * Makes the log one tab stop. The arrow keys move between messages, Enter moves to the first control of a message, Tab
 * between its controls, and Escape back to the message. Controls of all other messages are removed from the tab order.
 */
export function useLogKeys(
  log: RefObject<HTMLElement | null>,
  toEnd: () => void,
): (event: KeyboardEvent<HTMLElement>) => void {
  useEffect(() => {
    const element = log.current
    if (!element) return undefined
    const update = (): void => updateTabStops(element)
    update()
    const observer = new MutationObserver(update)
    observer.observe(element, {
      childList: true,
      subtree: true,
      attributeFilter: ['tabindex', 'href', 'controls'],
    })
    element.addEventListener('focusin', update)
    element.addEventListener('focusout', update)
    return () => {
      observer.disconnect()
      element.removeEventListener('focusin', update)
      element.removeEventListener('focusout', update)
    }
  }, [log])

  return (event) => {
    const { target, currentTarget, key } = event
    if (!(target instanceof HTMLElement) || event.defaultPrevented || hasModifier(event)) return
    const message = target.closest<HTMLElement>('article')
    if (key === 'End' && !isTextField(target)) {
      event.preventDefault()
      toEnd()
    } else if (target === currentTarget) {
      if (key === 'ArrowUp') focusInstead(event, lastInView(currentTarget))
    } else if (target === message) {
      if (key === 'ArrowUp') focusInstead(event, neighbor(currentTarget, message, -1))
      else if (key === 'ArrowDown') focusInstead(event, neighbor(currentTarget, message, 1))
      else if (key === 'Enter') focusInstead(event, message.querySelector<HTMLElement>(controls))
      else if (key === 'Escape') focusInstead(event, currentTarget)
    } else if (key === 'Escape') focusInstead(event, message ?? currentTarget)
    else if (!message && key === 'ArrowDown') focusInstead(event, messagesIn(currentTarget)[0])
  }
}

/** Stores the original `tabindex` of a control that was removed from the tab order. */
const storedTabIndex = 'data-tabindex'

function updateTabStops(log: HTMLElement): void {
  const active = log.contains(document.activeElement) ? document.activeElement?.closest('article') : null
  for (const control of log.querySelectorAll<HTMLElement>(controls)) {
    if (control.tagName === 'ARTICLE') continue
    const isOpen = active?.contains(control) ?? false
    const stored = control.getAttribute(storedTabIndex)
    if (!isOpen && control.tabIndex >= 0) {
      control.setAttribute(storedTabIndex, control.getAttribute('tabindex') ?? '')
      control.tabIndex = -1
    } else if (isOpen && stored !== null) {
      control.removeAttribute(storedTabIndex)
      if (stored === '') control.removeAttribute('tabindex')
      else control.setAttribute('tabindex', stored)
    }
  }
}

function messagesIn(log: HTMLElement): HTMLElement[] {
  const messages = [...log.querySelectorAll<HTMLElement>('article')]
  return messages.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
}

function lastInView(log: HTMLElement): HTMLElement | undefined {
  const { top, bottom } = log.getBoundingClientRect()
  return messagesIn(log).findLast((message) => {
    const box = message.getBoundingClientRect()
    return box.top < bottom && box.bottom > top
  })
}

/** The message above or below; above the first one, the button that loads earlier ones. */
function neighbor(log: HTMLElement, message: HTMLElement, step: 1 | -1): HTMLElement | null | undefined {
  const messages = messagesIn(log)
  const next = messages[messages.indexOf(message) + step]
  return next ?? (step < 0 ? log.querySelector<HTMLElement>('[data-load-older]') : undefined)
}

function focusInstead(event: KeyboardEvent, element: HTMLElement | null | undefined): void {
  if (!element) return
  event.preventDefault()
  event.stopPropagation()
  element.focus({ preventScroll: true })
  element.scrollIntoView({ block: 'nearest' })
}

function hasModifier({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return altKey || ctrlKey || metaKey || shiftKey
}

function isTextField(element: HTMLElement): boolean {
  return element.matches('input, textarea, select, [role=listbox], [role=radio]')
}
