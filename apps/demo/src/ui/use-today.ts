import { useSyncExternalStore } from 'react'

/**
 * Returns the start of the current day as a timestamp. Updates at midnight, and when the page wakes up on another day.
 */
export function useToday(): number {
  return useSyncExternalStore(subscribe, getToday)
}

const marginMs = 50

function subscribe(onChange: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  // Timers do not advance while the computer sleeps, so the date is also checked when the page becomes visible.
  const check = (): void => {
    clearTimeout(timer)
    const midnight = new Date(getToday())
    midnight.setDate(midnight.getDate() + 1)
    timer = setTimeout(check, midnight.getTime() - Date.now() + marginMs)
    onChange()
  }
  check()
  document.addEventListener('visibilitychange', check)
  addEventListener('focus', check)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', check)
    removeEventListener('focus', check)
  }
}

function getToday(): number {
  return new Date().setHours(0, 0, 0, 0)
}
