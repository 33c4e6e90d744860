import { Menu as Base } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement
  children: ReactNode
}

/** Actions behind a button. */
export function Menu({ trigger, children }: MenuProps): ReactElement {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <Base.Popup className="min-w-44 origin-(--transform-origin) rounded-2xl bg-surface p-1.5 text-sm text-ink shadow-xl ring-1 shadow-black/10 ring-line transition-[scale,opacity] duration-100 outline-none data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0 motion-reduce:transition-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export interface MenuItemProps {
  icon?: LucideIcon
  children: ReactNode
  onClick: () => void
  isDanger?: boolean
  disabled?: boolean
}

export function MenuItem({
  icon: Icon,
  children,
  onClick,
  isDanger = false,
  disabled = false,
}: MenuItemProps): ReactElement {
  return (
    <Base.Item disabled={disabled} onClick={onClick} className={`${item} ${isDanger ? 'text-alert' : ''}`}>
      {Icon && <Icon aria-hidden className="size-4.5 shrink-0" />}
      {children}
    </Base.Item>
  )
}

export interface MenuChoiceProps<Value extends string> {
  label: string
  value: Value
  onValueChange: (value: Value) => void
  options: readonly { value: Value; label: string; icon?: LucideIcon }[]
}

/** One of several, within a menu. */
export function MenuChoice<Value extends string>({
  label,
  value,
  onValueChange,
  options,
}: MenuChoiceProps<Value>): ReactElement {
  return (
    <Base.RadioGroup value={value} onValueChange={(chosen: Value) => onValueChange(chosen)}>
      <Base.GroupLabel className="px-3 pt-2 pb-1 text-xs font-medium text-soft">{label}</Base.GroupLabel>
      {options.map(({ value: option, label: words, icon: Icon }) => (
        <Base.RadioItem
          key={option}
          value={option}
          closeOnClick
          className={`${item} data-checked:font-semibold data-checked:text-accent-ink`}
        >
          {Icon && <Icon aria-hidden className="size-4.5 shrink-0" />}
          <span className="flex-1">{words}</span>
          <Base.RadioItemIndicator aria-hidden className="size-1.5 rounded-full bg-current" />
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  )
}

export function MenuSeparator(): ReactElement {
  return <Base.Separator className="mx-3 my-1 h-px bg-line" />
}

const item =
  'flex min-h-10 cursor-pointer items-center gap-2.5 rounded-xl px-3 py-1.5 outline-none select-none data-disabled:cursor-default data-disabled:opacity-50 data-highlighted:bg-raised forced-colors:data-highlighted:outline-2 pointer-coarse:min-h-11'
