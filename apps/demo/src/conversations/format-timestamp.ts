import { formatDay } from '../thread/format-day.ts'

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
