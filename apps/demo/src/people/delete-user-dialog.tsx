import type { ConnectedUser } from '@parley/core'
import type { ReactElement } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

export interface DeleteUserDialogProps {
  me: ConnectedUser
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  onDeleted: () => void
}

/** Asks for confirmation before deleting the user. */
export function DeleteUserDialog({
  me,
  isOpen,
  onOpenChange,
  onDeleted,
}: DeleteUserDialogProps): ReactElement {
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title="Delete your account?"
      action="Delete everything"
      onConfirm={() => me.deleteUser().then(onDeleted)}
    >
      Your profile, the conversations you own, and all your messages will be deleted for everyone. This cannot
      be undone. You will continue as a new guest.
    </ConfirmDialog>
  )
}
