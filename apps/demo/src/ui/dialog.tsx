import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useState, type ReactElement, type ReactNode, type RefObject } from 'react'
import { Button, iconButtonClass } from './button.tsx'
import { ErrorMessage } from './error-message.tsx'

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

const backdropClass =
  'fixed inset-0 z-40 bg-black/45 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0'
export const popupClass =
  'fixed inset-x-0 bottom-0 z-40 mx-auto flex max-h-[92dvh] w-full max-w-lg flex-col rounded-t-3xl bg-canvas text-ink shadow-2xl ring-1 ring-line transition-[opacity,translate] duration-150 outline-none data-ending-style:translate-y-3 data-ending-style:opacity-0 data-starting-style:translate-y-3 data-starting-style:opacity-0 motion-reduce:transition-none sm:inset-y-0 sm:my-auto sm:h-fit sm:max-h-[85dvh] sm:w-[calc(100%-2rem)] sm:rounded-3xl'

export interface ConfirmDialogProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  title: string
  children: ReactNode
  /** Label of the confirming button. */
  action: string
  /** Runs the action. The dialog closes when it resolves, and shows the error when it rejects. */
  onConfirm: () => Promise<unknown>
  /** Receives the focus when the dialog closes. Default: the previously focused element. */
  finalFocus?: RefObject<HTMLElement | null>
}

/** Asks for confirmation of an action that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const { isOpen, onOpenChange, title, children, action, onConfirm, finalFocus } = props
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>()

  async function confirm(): Promise<void> {
    setIsBusy(true)
    setProblem(undefined)
    try {
      await onConfirm()
      onOpenChange(false)
    } catch (error) {
      setProblem(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <AlertDialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup finalFocus={finalFocus} className={`${popupClass} p-5 sm:max-w-md sm:p-6`}>
          <AlertDialog.Title className="text-lg leading-tight font-semibold tracking-tight wrap-anywhere">
            {title}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm leading-relaxed text-soft">
            {children}
          </AlertDialog.Description>
          {problem !== undefined && (
            <div role="alert" className="mt-3 text-sm text-alert wrap-anywhere">
              <ErrorMessage error={problem} />
            </div>
          )}
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close render={<Button>Cancel</Button>} />
            <Button variant="danger" disabled={isBusy} onClick={() => void confirm()}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
