import type { ConnectedUser, User } from '@parley/core'
import { useUser } from '@parley/react'
import { useState, type ReactElement } from 'react'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { ErrorMessage } from '../ui/error-message.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useToast } from '../ui/toasts.tsx'
import { Avatar } from './avatar.tsx'

export interface ProfileDialogProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** Asks for confirmation before deleting the user. */
  onDelete: () => void
}

/** Edits the user's profile, or deletes the user. */
export function ProfileDialog({ isOpen, onOpenChange, onDelete }: ProfileDialogProps): ReactElement {
  const { user } = useUser()
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title="Your profile"
      description="Visible to everyone in your conversations."
    >
      {user && <ProfileForm key={user.updatedAt} user={user} onDone={() => onOpenChange(false)} />}
      <div className="mt-6 flex flex-wrap items-center gap-3 border-t border-line pt-4">
        <p className="min-w-0 flex-1 text-[0.8125rem] text-soft">
          Delete your account, your conversations and all your messages.
        </p>
        <Button variant="danger" onClick={onDelete}>
          Delete account
        </Button>
      </div>
    </Dialog>
  )
}

const maxProfileLength = 1_000

function ProfileForm({ user, onDone }: { user: User; onDone: () => void }): ReactElement {
  const { update, isUpdating } = useUser()
  const toast = useToast()
  const [name, setName] = useState(user.name ?? '')
  const [pictureUrl, setPictureUrl] = useState(user.pictureUrl ?? '')
  const [profile, setProfile] = useState(user.profile ?? '')
  const [problem, setProblem] = useState<unknown>()

  async function save(): Promise<void> {
    setProblem(undefined)
    try {
      await update({ name: name.trim(), pictureUrl: pictureUrl.trim(), profile })
      toast('Profile saved.')
      onDone()
    } catch (error) {
      setProblem(error)
    }
  }

  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className="flex items-center gap-4">
        <Avatar person={{ id: user.id, name, pictureUrl: pictureUrl.trim() }} className="size-16 text-xl" />
        <div className="flex min-w-0 flex-1 items-center gap-1">
          <p className="min-w-0 flex-1 truncate text-[0.8125rem] text-soft">
            Your id: <code>{user.id}</code>
          </p>
          <CopyButton text={user.id} label="Copy your id" />
        </div>
      </div>
      <TextField
        label="Name"
        value={name}
        onValueChange={setName}
        maxLength={100}
        autoComplete="nickname"
        dir="auto"
      />
      <TextField
        label="Picture"
        type="url"
        inputMode="url"
        placeholder="https://"
        description="The URL of a picture on the web."
        value={pictureUrl}
        onValueChange={setPictureUrl}
      />
      <TextField
        label="About you"
        rows={3}
        dir="auto"
        description={`${profile.length.toLocaleString()} of ${maxProfileLength.toLocaleString()} characters`}
        value={profile}
        onValueChange={setProfile}
        maxLength={maxProfileLength}
      />
      {problem !== undefined && (
        <div role="alert" className="text-sm text-alert wrap-anywhere">
          <ErrorMessage error={problem} />
        </div>
      )}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" aria-disabled={isUpdating}>
          Save
        </Button>
      </div>
    </form>
  )
}

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
