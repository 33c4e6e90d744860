import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useState, type ReactElement, type ReactNode, type RefObject } from 'react'
import { Button } from './button.tsx'
import { backdropClass, popupClass } from './dialog.tsx'
import { ErrorMessage } from './error-message.tsx'

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
