import { Check, ChevronDown } from 'lucide-react'
import type { ReactElement } from 'react'

/** A chevron, or a check mark once the question is answered. */
export function FieldIcon({ isAnswered }: { isAnswered: boolean }): ReactElement {
  return isAnswered ? (
    <Check aria-hidden className="size-4 shrink-0 text-accent-text" strokeWidth={2.6} />
  ) : (
    <ChevronDown aria-hidden className="size-4 shrink-0 text-soft" />
  )
}
