import type { StoredMessage } from '@parley/rx'
import { Copy, Ellipsis, Trash2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { iconButtonClass } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import type { MessageActions } from './message-actions.ts'

export interface MessageMenuProps {
  message: StoredMessage
  isOwn: boolean
  actions: MessageActions
}

/** Menu of message actions. The button appears on hover and focus. */
export function MessageMenu({ message, isOwn, actions }: MessageMenuProps): ReactElement {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label="Message actions"
          className={`${iconButtonClass} size-9! pointer-coarse:h-11! opacity-0 transition-opacity group-hover:opacity-100 focus-visible:opacity-100 data-popup-open:opacity-100 pointer-coarse:opacity-60 forced-colors:opacity-100`}
        >
          <Ellipsis aria-hidden className="size-4.5" />
        </button>
      }
      entries={[
        { label: 'Copy', icon: Copy, onClick: () => actions.copy(message) },
        ...(isOwn
          ? [{ label: 'Delete', icon: Trash2, isDanger: true, onClick: () => actions.remove(message) }]
          : []),
      ]}
    />
  )
}
