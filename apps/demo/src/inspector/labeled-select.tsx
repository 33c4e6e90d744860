import { ChevronDown } from 'lucide-react'
import { useId, type ReactElement } from 'react'

export interface LabeledSelectProps<Value extends string> {
  label: string
  value: string
  options: readonly { value: Value; label: string }[]
  onChange: (value: Value) => void
}

/** A native select with its label inside. Highlighted unless the first option is selected. */
export function LabeledSelect<Value extends string>(props: LabeledSelectProps<Value>): ReactElement {
  const { label, value, options, onChange } = props
  const id = useId()
  const isChanged = value !== options[0]?.value

  function select(selected: string): void {
    const option = options.find((candidate) => candidate.value === selected)
    if (option) onChange(option.value)
  }

  return (
    <div
      className={`relative flex min-h-9 items-center pointer-coarse:min-h-11 rounded-xl ps-3 ring-1 ${isChanged ? 'bg-alert-subtle text-alert ring-alert/50' : 'bg-surface ring-line'}`}
    >
      <label htmlFor={id} className="shrink-0 text-[0.8125rem]">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => select(event.target.value)}
        className="min-h-9 w-full min-w-0 appearance-none truncate rounded-xl bg-transparent ps-2 pe-8 text-[0.8125rem] font-medium pointer-coarse:min-h-11"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-surface text-ink">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute end-2.5 size-4 text-soft" />
    </div>
  )
}
