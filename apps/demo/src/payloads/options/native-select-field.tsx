import type { Option } from '@parley/core'
import { Check, ChevronDown } from 'lucide-react'
import type { ReactElement } from 'react'

export interface DropdownFieldProps {
  /** Id of the element that contains the question. */
  labelId: string
  options: readonly Option[]
  /** Index of the selected option, or -1. */
  selectedIndex: number
  placeholder: string
  disabled: boolean
  isAnswered: boolean
  onSelect: (index: number) => void
}

/** A native select. Shown until the custom field is loaded, or if loading fails. */
export function NativeSelectField(props: DropdownFieldProps): ReactElement {
  const { labelId, options, selectedIndex, placeholder, disabled, isAnswered, onSelect } = props
  return (
    <div className="relative">
      <select
        aria-labelledby={labelId}
        value={selectedIndex}
        disabled={disabled}
        onChange={(event) => onSelect(Number(event.target.value))}
        className={`${fieldClass} appearance-none pe-9`}
      >
        <option value={-1} disabled hidden>
          {placeholder}
        </option>
        {options.map(({ label }, index) => (
          <option key={index} value={index}>
            {label}
          </option>
        ))}
      </select>
      <span className="pointer-events-none absolute inset-y-0 end-3.5 grid place-items-center">
        <FieldIcon isAnswered={isAnswered} />
      </span>
    </div>
  )
}

/** A chevron, or a check mark once the question is answered. */
export function FieldIcon({ isAnswered }: { isAnswered: boolean }): ReactElement {
  return isAnswered ? (
    <Check aria-hidden className="size-4 shrink-0 text-accent-text" strokeWidth={2.6} />
  ) : (
    <ChevronDown aria-hidden className="size-4 shrink-0 text-soft" />
  )
}

/** Shared by all fields, so that the native one is replaced without a visible change. */
export const fieldClass =
  'flex h-10 w-full min-w-0 items-center gap-2 rounded-full bg-surface px-4 text-start text-base text-ink ring-1 ring-field sm:text-sm data-disabled:bg-transparent data-disabled:ring-line disabled:bg-transparent disabled:ring-line disabled:opacity-100 pointer-coarse:h-11'

export const popupClass =
  'max-h-[min(20rem,var(--available-height))] w-(--anchor-width) min-w-48 max-w-(--available-width) origin-(--transform-origin) overflow-y-auto overscroll-contain rounded-2xl bg-surface p-1.5 text-sm text-ink shadow-xl ring-1 shadow-black/10 ring-line transition-[scale,opacity] duration-100 outline-none data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0 motion-reduce:transition-none'

export const itemClass =
  'flex min-h-10 cursor-pointer items-center gap-2 rounded-xl px-3 py-1.5 outline-none select-none data-highlighted:bg-raised data-selected:font-semibold data-selected:text-accent-text forced-colors:data-highlighted:outline-2 pointer-coarse:min-h-11'
