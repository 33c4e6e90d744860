import { Menu } from '@base-ui/react/menu'
import { useEffect, useRef, type ReactElement, type RefObject } from 'react'
import type { MenuAction, MenuChoice, MenuEntry } from './menu.tsx'

export interface MenuPopupProps {
  /** The element at which the popup opens, and which receives the focus when it closes. */
  button: RefObject<HTMLButtonElement | null>
  entries: readonly MenuEntry[]
  isOpen: boolean
  /** Whether the menu was opened by keyboard. Then its first item receives the focus. */
  isByKeyboard: boolean
  onOpenChange: (isOpen: boolean) => void
  /** Called when the popup has faded out. */
  onClosed: () => void
}

export function MenuPopup(props: MenuPopupProps): ReactElement {
  const { button, entries, isOpen, isByKeyboard, onOpenChange, onClosed } = props
  const popup = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (!isOpen || !isByKeyboard) return undefined
    // The library moves the focus to the popup some frames after it is mounted.
    let frame = requestAnimationFrame(function focusFirst() {
      if (document.activeElement === popup.current) {
        popup.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
      } else if (!popup.current?.contains(document.activeElement)) {
        frame = requestAnimationFrame(focusFirst)
      }
    })
    return () => cancelAnimationFrame(frame)
  }, [isOpen, isByKeyboard])
  return (
    <Menu.Root
      modal={false}
      open={isOpen}
      onOpenChange={(next, details) => {
        // The button itself closes the menu when it is clicked.
        if (!next && details.event.target instanceof Node && button.current?.contains(details.event.target)) {
          if (details.reason === 'outside-press') {
            details.cancel()
            return
          }
        }
        onOpenChange(next)
      }}
      onOpenChangeComplete={(next) => {
        if (!next) onClosed()
      }}
    >
      <Menu.Portal>
        <Menu.Positioner anchor={button} sideOffset={4} align="end" className="z-50 outline-none">
          <Menu.Popup
            ref={popup}
            finalFocus={button}
            aria-label={button.current?.getAttribute('aria-label') ?? undefined}
            className="min-w-44 origin-(--transform-origin) rounded-2xl bg-surface p-1.5 text-sm text-ink shadow-xl ring-1 shadow-black/10 ring-line transition-[scale,opacity] duration-100 outline-none forced-colors:border data-ending-style:scale-97 data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0 motion-reduce:transition-none"
          >
            {entries.map((entry, index) => {
              if (entry === 'separator') {
                return (
                  <Menu.Separator
                    key={index}
                    className="mx-3 my-1 h-px bg-line forced-colors:bg-[CanvasText]"
                  />
                )
              }
              return 'options' in entry ? (
                <Choice key={entry.label} {...entry} />
              ) : (
                <Action key={entry.label} {...entry} />
              )
            })}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Action({
  label,
  icon: Icon,
  isDanger = false,
  isDisabled = false,
  onClick,
}: MenuAction): ReactElement {
  return (
    <Menu.Item
      disabled={isDisabled}
      onClick={onClick}
      className={`${itemClass} ${isDanger ? 'text-alert' : ''}`}
    >
      {Icon && <Icon aria-hidden className="size-4.5 shrink-0" />}
      {label}
    </Menu.Item>
  )
}

function Choice({ label, value, onValueChange, options }: MenuChoice): ReactElement {
  return (
    <Menu.RadioGroup value={value} onValueChange={(chosen: string) => onValueChange(chosen)}>
      <Menu.GroupLabel className="px-3 pt-2 pb-1 text-xs font-medium text-soft">{label}</Menu.GroupLabel>
      {options.map(({ value: option, label: optionLabel, icon: Icon }) => (
        <Menu.RadioItem
          key={option}
          value={option}
          closeOnClick
          className={`${itemClass} data-checked:font-semibold data-checked:text-accent-text`}
        >
          {Icon && <Icon aria-hidden className="size-4.5 shrink-0" />}
          <span className="flex-1">{optionLabel}</span>
          <Menu.RadioItemIndicator
            aria-hidden
            className="size-1.5 rounded-full bg-current forced-colors:bg-[CanvasText]"
          />
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  )
}

const itemClass =
  'flex min-h-10 cursor-pointer items-center gap-2.5 rounded-xl px-3 py-1.5 outline-none select-none data-disabled:cursor-default data-disabled:opacity-50 data-highlighted:bg-raised forced-colors:data-highlighted:outline-2 pointer-coarse:min-h-11'
