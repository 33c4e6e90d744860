import { useUser } from '@parley/react'
import { PencilLine } from 'lucide-react'
import type { ReactElement } from 'react'
import { Avatar } from './avatar.tsx'
import { getDisplayName } from './person.ts'

/** Shows the user's name and picture, and opens the profile dialog. */
export function ProfileButton({ onClick }: { onClick: () => void }): ReactElement | null {
  const { user } = useUser()
  if (!user) return null
  return (
    <div className="border-t border-line p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <button
        type="button"
        onClick={onClick}
        className="flex min-h-13 w-full items-center gap-3 rounded-2xl px-3 py-2 text-start hover:bg-raised focus-visible:-outline-offset-2"
      >
        <Avatar person={user} className="size-9 text-xs" />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-semibold">
            <bdi>{getDisplayName(user)}</bdi>
          </span>
          <span className="block text-xs text-soft">Your profile</span>
        </span>
        <PencilLine aria-hidden className="size-4.5 shrink-0 text-soft" />
      </button>
    </div>
  )
}
