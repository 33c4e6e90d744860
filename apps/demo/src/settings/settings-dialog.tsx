import type { ReactElement } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { SettingsForm } from './settings-form.tsx'

export interface SettingsDialogProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** Called when other settings are stored. Default: the page is loaded again, and connects there. */
  onApply?: () => void
}

/** Which server this page talks to, and as whom. */
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
      description="This page can talk to any server of the Chat API: its own, another one, or the hosted service."
    >
      <SettingsForm onApply={onApply} />
    </Dialog>
  )
}

function reload(): void {
  // The conversation in the address is of the former server.
  history.replaceState(null, '', location.pathname)
  location.reload()
}
