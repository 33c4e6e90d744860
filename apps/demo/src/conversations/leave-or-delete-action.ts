import { LogOut, Trash2 } from 'lucide-react'
import type { MenuAction } from '../ui/menu.tsx'

/** Menu action that ends a conversation: its owner deletes it, others leave it. */
export function leaveOrDeleteAction(options: {
  /** Undefined until the participants are loaded. */
  isOwner: boolean | undefined
  onDelete: () => void
  onLeave: () => void
}): MenuAction {
  const { isOwner, onDelete, onLeave } = options
  if (isOwner === false) {
    return { label: 'Leave conversation', icon: LogOut, isDanger: true, onClick: onLeave }
  }
  return {
    label: 'Delete conversation',
    icon: Trash2,
    isDanger: true,
    isDisabled: isOwner === undefined,
    onClick: onDelete,
  }
}
