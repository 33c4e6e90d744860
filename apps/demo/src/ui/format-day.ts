import { useSyncExternalStore } from 'react'

/** Formats a day as “Today”, “Yesterday” or a date, with the year unless it is the current one. */
export function formatDay(day: Date, now: Date = new Date(), locale?: string): string {
  const days = Math.round((startOfDay(now) - startOfDay(day)) / 86_400_000)
  if (days === 0 || days === 1) {
    const text = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day')
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
  }
  const year = day.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return day.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year })
}

function startOfDay(day: Date): number {
  return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate())
}

/** Formats a timestamp as briefly as possible: a time for today, a weekday for this week, otherwise a date. */
export function formatTimestamp(timestamp: string, now: Date = new Date(), locale?: string): string {
  const date = new Date(timestamp)
  const ageMs = now.getTime() - date.getTime()
  if (date.toDateString() === now.toDateString())
    return date.toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' })
  if (ageMs < 2 * 86_400_000 && isYesterday(date, now)) return formatDay(date, now, locale)
  if (ageMs < 6 * 86_400_000) return date.toLocaleDateString(locale, { weekday: 'short' })
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return date.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...year })
}

function isYesterday(date: Date, now: Date): boolean {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
  return date.toDateString() === yesterday.toDateString()
}

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
