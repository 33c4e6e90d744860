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
