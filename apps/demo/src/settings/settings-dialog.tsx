import type { ReactElement } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { SettingsForm } from './settings-form.tsx'

export interface SettingsDialogProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** Called when the settings were stored. Default: reloads the page, which connects to the new server. */
  onApply?: () => void
}

/** Selects the server and the user. */
export function SettingsDialog({
  isOpen,
  onOpenChange,
  onApply = reload,
}: SettingsDialogProps): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title="Server"
      description="Connect this page to any server of the Chat API."
    >
      <SettingsForm onApply={onApply} />
    </Dialog>
  )
}

function reload(): void {
  // The conversation in the URL belongs to the previous server.
  history.replaceState(null, '', location.pathname)
  location.reload()
}
