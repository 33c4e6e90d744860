import type { ReactElement } from 'react'
import type { DropdownFieldProps } from './dropdown-field-props.ts'
import { fieldShape } from './dropdown-shapes.ts'
import { FieldIcon } from './field-icon.tsx'

/** The browser's own list: there at once, and all there is where the other could not be loaded. */
export function PlainDropdown(props: DropdownFieldProps): ReactElement {
  const { labelId, options, picked, placeholder, disabled, isAnswered, onPick } = props
  return (
    <div className="relative">
      <select
        aria-labelledby={labelId}
        value={picked}
        disabled={disabled}
        onChange={(event) => onPick(Number(event.target.value))}
        className={`${fieldShape} appearance-none pe-9`}
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
