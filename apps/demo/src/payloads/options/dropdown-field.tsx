import { CSPProvider } from '@base-ui/react/csp-provider'
import type { ReactElement } from 'react'
import { ComboboxField } from './combobox-field.tsx'
import type { DropdownFieldProps } from './dropdown-field-props.ts'
import { SelectField } from './select-field.tsx'

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
