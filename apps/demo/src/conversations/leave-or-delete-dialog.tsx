import { useConversations } from '@parley/react'
import { useState, type ReactElement } from 'react'
import { ConfirmDialog } from '../ui/dialog.tsx'

/** A conversation that the user wants to leave or delete. */
export interface LeaveOrDeleteRequest {
  id: string
  isDeletion: boolean
}

export interface LeaveOrDeleteDialogProps {
  request: LeaveOrDeleteRequest | undefined
  /** Called with the id before the request, so that the page closes the conversation; with undefined if it failed. */
  onRemovingChange: (id: string | undefined) => void
  onClose: () => void
}

const noneVisible = { visible: [] }

/** Asks for confirmation before leaving or deleting a conversation. */
export function LeaveOrDeleteDialog({
  request,
  onRemovingChange,
  onClose,
}: LeaveOrDeleteDialogProps): ReactElement {
  const { remove, leave } = useConversations(noneVisible)
  // Keep the text while the dialog fades out.
  const [shown, setShown] = useState(request)
  if (request && request !== shown) setShown(request)
  const isDeletion = shown?.isDeletion ?? true

  async function leaveOrDelete(): Promise<void> {
    if (!request) return
    onRemovingChange(request.id)
    try {
      await (request.isDeletion ? remove(request.id) : leave(request.id))
    } catch (error) {
      onRemovingChange(undefined)
      throw error
    }
  }

  return (
    <ConfirmDialog
      isOpen={request !== undefined}
      onOpenChange={onClose}
      title={isDeletion ? 'Delete this conversation?' : 'Leave this conversation?'}
      action={isDeletion ? 'Delete' : 'Leave'}
      onConfirm={leaveOrDelete}
    >
      {isDeletion
        ? 'All its messages will be deleted for everyone. This cannot be undone.'
        : 'You can only rejoin if the owner adds you again.'}
    </ConfirmDialog>
  )
}
