import { Combobox } from '@base-ui/react/combobox'
import { Check } from 'lucide-react'
import { useMemo, type ReactElement } from 'react'
import { fieldClass, itemClass, popupClass } from './dropdown-classes.tsx'
import type { DropdownFieldProps } from './dropdown-field-props.ts'
import { FieldIcon } from './field-icon.tsx'

interface Item {
  value: number
  label: string
}

/** Maximum number of matches shown. */
const maxShown = 100

/** A searchable dropdown for many options. */
export function ComboboxField(props: DropdownFieldProps): ReactElement {
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
