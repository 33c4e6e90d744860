import type { Option } from '@parley/core'

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
