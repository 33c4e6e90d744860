import type { ReactElement } from 'react'
import { fieldClass } from './dropdown-classes.tsx'
import type { DropdownFieldProps } from './dropdown-field-props.ts'
import { FieldIcon } from './field-icon.tsx'

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
