import type { Option } from '@parley/core'

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
