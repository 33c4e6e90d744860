import { Combobox } from '@base-ui/react/combobox'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { Select } from '@base-ui/react/select'
import { Check } from 'lucide-react'
import { useMemo, type ReactElement } from 'react'
import {
  fieldClass,
  FieldIcon,
  itemClass,
  popupClass,
  type DropdownFieldProps,
} from './native-select-field.tsx'

/** Longer lists can be searched. */
const maxWithoutSearch = 10

/** A dropdown. A long list can be searched. */
export function DropdownField(props: DropdownFieldProps): ReactElement {
  return (
    // The content security policy of the page forbids inline style elements.
    <CSPProvider disableStyleElements>
      {props.options.length > maxWithoutSearch ? <ComboboxField {...props} /> : <SelectField {...props} />}
    </CSPProvider>
  )
}

/** A dropdown for a few options. */
function SelectField(props: DropdownFieldProps): ReactElement {
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

interface Item {
  value: number
  label: string
}

/** Maximum number of matches shown. */
const maxShown = 100

/** A searchable dropdown for many options. */
function ComboboxField(props: DropdownFieldProps): ReactElement {
  const { labelId, options, selectedIndex, placeholder, disabled, isAnswered, onSelect } = props
  const items = useMemo(() => options.map(({ label }, value): Item => ({ value, label })), [options])

  return (
    <Combobox.Root<Item>
      items={items}
      value={items[selectedIndex] ?? null}
      onValueChange={(item) => {
        if (item) onSelect(item.value)
      }}
      limit={maxShown}
      disabled={disabled}
      autoHighlight
    >
      <Combobox.InputGroup className="relative">
        <Combobox.Input
          aria-labelledby={labelId}
          placeholder={placeholder}
          dir="auto"
          className={`${fieldClass} pe-10 placeholder:text-soft`}
        />
        <Combobox.Trigger
          aria-label="Show options"
          className="absolute inset-y-0 end-1 grid w-9 place-items-center rounded-full text-soft data-disabled:cursor-default"
        >
          <FieldIcon isAnswered={isAnswered} />
        </Combobox.Trigger>
      </Combobox.InputGroup>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={6} align="start" className="z-50 outline-none">
          <Combobox.Popup aria-labelledby={labelId} className={popupClass}>
            <Combobox.Empty className="px-3 py-2 text-soft empty:hidden">No matches</Combobox.Empty>
            <Combobox.List aria-labelledby={labelId}>
              {(item: Item) => (
                <Combobox.Item key={item.value} value={item} className={itemClass}>
                  <span dir="auto" className="line-clamp-3 min-w-0 flex-1 text-start wrap-anywhere">
                    {item.label}
                  </span>
                  <Combobox.ItemIndicator>
                    <Check aria-hidden className="size-4 shrink-0" />
                  </Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  )
}
