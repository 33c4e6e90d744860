import { Select } from '@base-ui/react/select'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import { fieldClass, itemClass, popupClass } from './dropdown-classes.tsx'
import type { DropdownFieldProps } from './dropdown-field-props.ts'
import { FieldIcon } from './field-icon.tsx'

/** A dropdown for a few options. */
export function SelectField(props: DropdownFieldProps): ReactElement {
  const { labelId, options, selectedIndex, placeholder, disabled, isAnswered, onSelect } = props
  return (
    <Select.Root
      value={selectedIndex < 0 ? null : selectedIndex}
      onValueChange={(value) => {
        if (value !== null) onSelect(value)
      }}
      disabled={disabled}
      modal={false}
    >
      <Select.Trigger aria-labelledby={labelId} className={fieldClass}>
        <Select.Value className="min-w-0 flex-1 truncate">
          {(value: number | null) => <bdi>{value === null ? placeholder : options[value]?.label}</bdi>}
        </Select.Value>
        <Select.Icon>
          <FieldIcon isAnswered={isAnswered} />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner
          sideOffset={6}
          align="start"
          alignItemWithTrigger={false}
          className="z-50 outline-none"
        >
          <Select.Popup className={popupClass}>
            {options.map(({ label }, index) => (
              <Select.Item key={index} value={index} className={itemClass}>
                <Select.ItemText dir="auto" className="line-clamp-3 min-w-0 flex-1 text-start wrap-anywhere">
                  {label}
                </Select.ItemText>
                <Select.ItemIndicator>
                  <Check aria-hidden className="size-4 shrink-0" />
                </Select.ItemIndicator>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  )
}
