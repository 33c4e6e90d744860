import { CSPProvider } from '@base-ui/react/csp-provider'
import type { Option } from '@parley/core'
import type { ReactElement } from 'react'
import { SearchList } from './search-list.tsx'
import { ShortList } from './short-list.tsx'

export interface DropdownFieldProps {
  /** The element that holds the question. */
  labelId: string
  options: readonly Option[]
  /** The index of what is picked; -1 where nothing is. */
  picked: number
  placeholder: string
  disabled: boolean
  isAnswered: boolean
  onPick: (index: number) => void
}

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
