import { useEffect, type KeyboardEvent, type RefObject } from 'react'

const controls = 'a[href], button, input, select, textarea, summary, audio, video, [tabindex]'

/**
 * Makes the log one tab stop. The arrow keys move between messages, Enter moves to the first control of a message, Tab
 * between its controls, and Escape back to the message. Tab skips the controls of all other messages.
 */
export function useLogKeys(
  log: RefObject<HTMLElement | null>,
  scrollToEnd: () => void,
): (event: KeyboardEvent<HTMLElement>) => void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Tab' || !log.current) return
      const restore = skipControls(log.current)
      // The browser moves the focus right after the event.
      setTimeout(restore)
    }
    document.addEventListener('keydown', onKeyDown, { capture: true })
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [log])

  return (event) => {
    const { target, currentTarget, key } = event
    if (!(target instanceof HTMLElement) || event.defaultPrevented || hasModifier(event)) return
    const message = target.closest<HTMLElement>('article')
    if (key === 'End' && !isTextField(target)) {
      event.preventDefault()
      scrollToEnd()
    } else if (target === currentTarget) {
      if (key === 'ArrowUp') focusInstead(event, findLastInView(currentTarget))
    } else if (target === message) {
      if (key === 'ArrowUp') focusInstead(event, findNeighbor(currentTarget, message, -1))
      else if (key === 'ArrowDown') focusInstead(event, findNeighbor(currentTarget, message, 1))
      else if (key === 'Enter') focusInstead(event, message.querySelector<HTMLElement>(controls))
      else if (key === 'Escape') focusInstead(event, currentTarget)
    } else if (key === 'Escape') focusInstead(event, message ?? currentTarget)
    else if (!message && key === 'ArrowDown') focusInstead(event, getMessages(currentTarget)[0])
  }
}

/** Removes controls from the tab order, except those of the focused message. Returns a function that restores them. */
function skipControls(log: HTMLElement): () => void {
  const active = log.contains(document.activeElement) ? document.activeElement?.closest('article') : null
  const skipped: [control: HTMLElement, tabIndex: string | null][] = []
  for (const control of log.querySelectorAll<HTMLElement>(controls)) {
    if (control.tabIndex < 0 || active?.contains(control)) continue
    skipped.push([control, control.getAttribute('tabindex')])
    control.tabIndex = -1
  }
  return () => {
    for (const [control, tabIndex] of skipped) {
      if (tabIndex === null) control.removeAttribute('tabindex')
      else control.setAttribute('tabindex', tabIndex)
    }
  }
}

function getMessages(log: HTMLElement): HTMLElement[] {
  const messages = [...log.querySelectorAll<HTMLElement>('article')]
  return messages.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
}

function findLastInView(log: HTMLElement): HTMLElement | undefined {
  const { top, bottom } = log.getBoundingClientRect()
  return getMessages(log).findLast((message) => {
    const box = message.getBoundingClientRect()
    return box.top < bottom && box.bottom > top
  })
}

/** Returns the message above or below. Above the first message is the button that loads older ones. */
function findNeighbor(log: HTMLElement, message: HTMLElement, step: 1 | -1): HTMLElement | null | undefined {
  const messages = getMessages(log)
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
