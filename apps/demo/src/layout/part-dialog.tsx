import { useConversations } from '@parley/react'
import { useState, type ReactElement } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

/** A conversation that is to be deleted, or left. */
export interface Parting {
  id: string
  isDeleted: boolean
}

export interface PartDialogProps {
  parting: Parting | undefined
  /** Called before one goes, so that nobody looks at it any more; and with undefined if it could not. */
  onPart: (id: string | undefined) => void
  onClose: () => void
}

const noneInView = { visible: [] }

/** Asks before a conversation goes. */
export function PartDialog({ parting, onPart, onClose }: PartDialogProps): ReactElement {
  const { remove, leave } = useConversations(noneInView)
  // While the dialog closes, it says what it said.
  const [shown, setShown] = useState(parting)
  if (parting && parting !== shown) setShown(parting)
  const isDeleted = shown?.isDeleted ?? true

  async function part(): Promise<void> {
    if (!parting) return
    onPart(parting.id)
    try {
      await (parting.isDeleted ? remove(parting.id) : leave(parting.id))
    } catch (error) {
      onPart(undefined)
      throw error
    }
  }

  return (
    <ConfirmDialog
      isOpen={parting !== undefined}
      onOpenChange={onClose}
      title={isDeleted ? 'Delete this conversation?' : 'Leave this conversation?'}
      action={isDeleted ? 'Delete' : 'Leave'}
      onConfirm={part}
    >
      {isDeleted
        ? 'It goes with all its messages, for everybody in it, and cannot be brought back.'
        : 'You can only come back when its owner adds you again.'}
    </ConfirmDialog>
  )
}
