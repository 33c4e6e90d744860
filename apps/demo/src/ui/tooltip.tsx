import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement } from 'react'

export interface TooltipProps {
  label: string
  /** The element that it belongs to. */
  children: ReactElement
}

/** A name that appears beside what is pointed at. It repeats what `aria-label` says already, so it is only for the eye. */
export function Tooltip({ label, children }: TooltipProps): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50">
          <Base.Popup
            aria-hidden
            className="rounded-lg bg-ink px-2.5 py-1 text-xs font-medium text-canvas shadow-lg transition-opacity data-ending-style:opacity-0 data-instant:transition-none data-starting-style:opacity-0"
          >
            {label}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
