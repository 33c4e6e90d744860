import { LogOut, Trash2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { MenuItem } from '../ui/menu.tsx'

export interface PartItemProps {
  /** Undefined until it is known. */
  isOwner: boolean | undefined
  onDelete: () => void
  onLeave: () => void
}

/** The way out of a conversation, within a menu: its owner deletes it, others leave it. */
export function PartItem({ isOwner, onDelete, onLeave }: PartItemProps): ReactElement {
  if (isOwner === false) {
    return (
      <MenuItem icon={LogOut} isDanger onClick={onLeave}>
        Leave conversation
      </MenuItem>
    )
  }
  return (
    <MenuItem icon={Trash2} isDanger disabled={isOwner === undefined} onClick={onDelete}>
      Delete conversation
    </MenuItem>
  )
}
