/** A day as people name it: today, yesterday, and else by its date, with the year where it is another one. */
export function dayLabel(day: Date, now: Date = new Date(), locale?: string): string {
  const days = Math.round((startOf(now) - startOf(day)) / 86_400_000)
  if (days === 0 || days === 1) {
    const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day')
    return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1)
  }
  const year = day.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return day.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year })
}

function startOf(day: Date): number {
  return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate())
}
