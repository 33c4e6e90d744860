import type { ReactElement } from 'react'
import { useToday } from '../ui/use-today.ts'
import { formatDay } from './format-day.ts'

/** Separates the messages of one day from those of the day before. */
export function DateSeparator({ timestamp }: { timestamp: string }): ReactElement {
  const today = useToday()
  return (
    <p className="flex items-center gap-3 py-4 text-xs font-medium text-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      <time dateTime={timestamp}>{formatDay(new Date(timestamp), new Date(today))}</time>
    </p>
  )
}
