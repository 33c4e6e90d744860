import type { ConnectedUser } from '@parley/core'
import type { ReactElement } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

export interface DeleteUserDialogProps {
  me: ConnectedUser
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  onDeleted: () => void
}

/** Asks before a user goes. */
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
      title="Delete yourself?"
      action="Delete everything"
      onConfirm={() => me.deleteUser().then(onDeleted)}
    >
      Your profile, the conversations that you own, and all that you said in others are deleted for everybody.
      Nothing of it can be brought back. A new visitor takes your place.
    </ConfirmDialog>
  )
}
