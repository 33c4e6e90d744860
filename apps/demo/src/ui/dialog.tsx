import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { iconButtonClass } from './icon-button.tsx'

export interface DialogProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  title: string
  description?: ReactNode
  children: ReactNode
}

/** A modal dialog. Escape and a click outside close it, and restore the focus. */
export function Dialog({ isOpen, onOpenChange, title, description, children }: DialogProps): ReactElement {
  return (
    <Base.Root open={isOpen} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup className={popupClass}>
          <div className="flex items-start gap-3 px-5 pt-4 pb-1 sm:px-6 sm:pt-5">
            <div className="min-w-0 flex-1 pt-1.5">
              <Base.Title className="text-lg leading-tight font-semibold tracking-tight">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-1.5 text-sm leading-relaxed text-soft">
                  {description}
                </Base.Description>
              )}
            </div>
            <Base.Close aria-label="Close" className={iconButtonClass}>
              <X aria-hidden className="size-5" />
            </Base.Close>
          </div>
          <div className="min-h-0 overflow-y-auto px-5 pt-3 pb-5 sm:px-6 sm:pb-6">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

export const backdropClass =
  'fixed inset-0 z-40 bg-black/45 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0'
export const popupClass =
  'fixed inset-x-0 bottom-0 z-40 mx-auto flex max-h-[92dvh] w-full max-w-lg flex-col rounded-t-3xl bg-canvas text-ink shadow-2xl ring-1 ring-line transition-[opacity,translate] duration-150 outline-none data-ending-style:translate-y-3 data-ending-style:opacity-0 data-starting-style:translate-y-3 data-starting-style:opacity-0 motion-reduce:transition-none sm:inset-y-0 sm:my-auto sm:h-fit sm:max-h-[85dvh] sm:w-[calc(100%-2rem)] sm:rounded-3xl'
