import type { StoredMessage } from '@parley/rx'
import { Copy, Ellipsis, Trash2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { iconButtonShape } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import type { MessageActions } from './message-actions.ts'

export interface MessageMenuProps {
  message: StoredMessage
  isOwn: boolean
  actions: MessageActions
}

/** What can be done with a message, behind a button that shows itself to whoever is near. */
export function MessageMenu({ message, isOwn, actions }: MessageMenuProps): ReactElement {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label="Message actions"
          className={`${iconButtonShape} size-9! pointer-coarse:h-11! opacity-0 transition-opacity group-hover:opacity-100 focus-visible:opacity-100 data-popup-open:opacity-100 pointer-coarse:opacity-60 forced-colors:opacity-100`}
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
