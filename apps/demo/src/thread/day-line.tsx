import type { ReactElement } from 'react'
import { useToday } from '../ui/use-today.ts'
import { dayLabel } from './day-label.ts'

/** The day on which what follows was said. */
export function DayLine({ at }: { at: string }): ReactElement {
  const today = useToday()
  return (
    <p className="flex items-center gap-3 py-4 text-xs font-medium text-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      <time dateTime={at}>{dayLabel(new Date(at), new Date(today))}</time>
    </p>
  )
}
