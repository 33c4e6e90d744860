import { CSPProvider } from '@base-ui/react/csp-provider'
import type { ReactElement } from 'react'
import type { DropdownFieldProps } from './dropdown-field-props.ts'
import { SearchList } from './search-list.tsx'
import { ShortList } from './short-list.tsx'

/** More than these are easier searched than looked through. */
const mostUnsearched = 10

/** A list to pick one option from; a long one can be searched. */
export function DropdownField(props: DropdownFieldProps): ReactElement {
  return (
    // The page's policy allows no style elements.
    <CSPProvider disableStyleElements>
      {props.options.length > mostUnsearched ? <SearchList {...props} /> : <ShortList {...props} />}
    </CSPProvider>
  )
}
