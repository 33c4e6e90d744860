import type { LucideIcon } from 'lucide-react'
import { cloneElement, lazy, Suspense, useRef, useState, type ComponentProps, type ReactElement } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { LoadFailureToast } from './lazy-part.tsx'

export interface MenuProps {
  /** The button that opens the menu. */
  trigger: ReactElement<ComponentProps<'button'>>
  entries: readonly MenuEntry[]
}

export type MenuEntry =
  | MenuAction
  | MenuChoice
  /** A separator between two groups. */
  | 'separator'

export interface MenuAction {
  label: string
  icon?: LucideIcon
  isDanger?: boolean
  isDisabled?: boolean
  onClick: () => void
}

/** A radio group. */
export interface MenuChoice {
  label: string
  value: string
  onValueChange: (value: string) => void
  options: readonly { value: string; label: string; icon?: LucideIcon }[]
}

/** Actions behind a button. The popup is mounted, and its code loaded, when it is first opened. */
export function Menu({ trigger, entries }: MenuProps): ReactElement {
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const [isMounted, setIsMounted] = useState(false)
  const [isByKeyboard, setIsByKeyboard] = useState(false)

  function open(options: { isByKeyboard: boolean }): void {
    setIsByKeyboard(options.isByKeyboard)
    setIsMounted(true)
    setIsOpen(true)
  }

  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        ...(isOpen && { 'data-popup-open': '' }),
        // `detail` is 0 for clicks by keyboard.
        onClick: ({ detail }) => (isOpen ? setIsOpen(false) : open({ isByKeyboard: detail === 0 })),
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          open({ isByKeyboard: true })
        },
      })}
      {isMounted && (
        <ErrorBoundary resetKeys={[isOpen]} fallback={isOpen && <LoadFailureToast />}>
          <Suspense>
            <MenuPopup
              button={button}
              entries={entries}
              isOpen={isOpen}
              isByKeyboard={isByKeyboard}
              onOpenChange={setIsOpen}
              onClosed={() => setIsMounted(false)}
            />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  )
}

const MenuPopup = lazy(async () => ({ default: (await loadMenu()).MenuPopup }))

export const loadMenu = () => import('./menu-popup.tsx')
