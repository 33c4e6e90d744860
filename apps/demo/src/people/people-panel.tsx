import { isChatError, type User } from '@parley/core'
import { useParticipants } from '@parley/react'
import { LogOut, UserMinus, UserPlus, X } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { ErrorMessage, getErrorMessage } from '../ui/error-message.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useToast } from '../ui/toasts.tsx'
import { Avatar } from './avatar.tsx'
import type { People } from './people.ts'
import { getDisplayName, isolateBidi, type Person } from './person.ts'

export interface PeoplePanelProps {
  conversationId: string
  people: People
  onClose: () => void
  onLeave: () => void
  onProfile: () => void
}

/** Lists the participants of a conversation. The owner can add and remove people. */
export function PeoplePanel({
  conversationId,
  people,
  onClose,
  onLeave,
  onProfile,
}: PeoplePanelProps): ReactElement {
  const { me, bot, participants, isOwner } = people
  const { isLoading, error, add, remove } = useParticipants(conversationId)
  const [personToRemove, setPersonToRemove] = useState<Person>()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])

  return (
    <aside
      aria-labelledby="people"
      className="flex h-full flex-col"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div className="flex min-h-14 items-center gap-2 border-b border-line bg-surface/70 py-2 ps-5 pe-2">
        <h2 id="people" ref={heading} tabIndex={-1} className="flex-1 font-semibold outline-none">
          People
        </h2>
        <IconButton icon={X} label="Close" aria-label="Close people" onClick={onClose} />
      </div>
      <div className="min-h-0 flex-1 space-y-6 overflow-y-auto px-5 py-4">
        <section aria-labelledby="own-id" className="rounded-2xl bg-accent-subtle p-4">
          <h3 id="own-id" className="text-sm font-semibold">
            Your id
          </h3>
          <p className="mt-0.5 text-[0.8125rem] text-soft">Share it so that others can add you.</p>
          <div className="mt-2 flex items-center gap-1 rounded-xl bg-surface py-0.5 ps-3 pe-1 ring-1 ring-line">
            <code data-testid="own-id" dir="ltr" className="min-w-0 flex-1 truncate text-[0.8125rem]">
              {me.id}
            </code>
            <CopyButton text={me.id} label="Copy your id" />
          </div>
        </section>

        <section aria-labelledby="participants">
          <h3 id="participants" className="mb-1 text-sm font-semibold">
            In this conversation
          </h3>
          {isLoading && participants.length === 0 && <p className="text-sm text-soft">Loading…</p>}
          {error && (
            <div role="alert" className="text-sm text-alert wrap-anywhere">
              <ErrorMessage intro="Unable to load the participants." error={error} />
            </div>
          )}
          <ul className="-mx-2">
            {participants.map((person, index) => (
              <PersonRow
                key={person.id}
                person={person}
                role={index === 0 ? 'Owner' : undefined}
                isMe={person.id === me.id}
              >
                {isOwner && person.id !== me.id && (
                  <IconButton
                    icon={UserMinus}
                    label="Remove"
                    aria-label={`Remove ${isolateBidi(getDisplayName(person))}`}
                    onClick={() => setPersonToRemove(person)}
                  />
                )}
              </PersonRow>
            ))}
            {bot && <PersonRow person={bot} role="Bot" isMe={false} />}
          </ul>
          <Button variant="quiet" className="mt-1 -ms-2" onClick={onProfile}>
            Edit your profile
          </Button>
        </section>

        {isOwner === true && <AddPerson onAdd={add} />}
        {isOwner === false && (
          <section>
            <p className="mb-2 text-[0.8125rem] text-soft">Only the owner can add people.</p>
            <Button variant="danger" onClick={onLeave}>
              <LogOut aria-hidden className="size-4" />
              Leave conversation
            </Button>
          </section>
        )}
      </div>
      <ConfirmDialog
        isOpen={personToRemove !== undefined}
        onOpenChange={() => setPersonToRemove(undefined)}
        title={`Remove ${personToRemove ? isolateBidi(getDisplayName(personToRemove)) : ''}?`}
        action="Remove"
        finalFocus={heading}
        onConfirm={async () => personToRemove && remove(personToRemove.id)}
      >
        They will no longer see this conversation, unless you add them again.
      </ConfirmDialog>
    </aside>
  )
}

interface PersonRowProps {
  person: Person & { profile?: string }
  role: string | undefined
  isMe: boolean
  children?: ReactElement | false | undefined
}

function PersonRow({ person, role, isMe, children }: PersonRowProps): ReactElement {
  return (
    <li className="flex items-center gap-3 rounded-xl px-2 py-1.5">
      <Avatar person={person} className="size-9 text-xs" />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2 text-sm">
          <span className="truncate font-medium">
            <bdi>{getDisplayName(person)}</bdi>
          </span>
          {isMe && <span className={badgeClass}>You</span>}
          {role && <span className={badgeClass}>{role}</span>}
        </p>
        {person.profile && (
          <p title={person.profile} className="line-clamp-2 text-[0.8125rem] text-soft wrap-anywhere">
            <bdi>{person.profile}</bdi>
          </p>
        )}
      </div>
      {children}
    </li>
  )
}

const badgeClass = 'shrink-0 text-xs text-soft'

/** Adds a user to a conversation by their id. */
function AddPerson({ onAdd }: { onAdd: (userId: string) => Promise<User> }): ReactElement {
  const toast = useToast()
  const [id, setId] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)

  async function add(): Promise<void> {
    const userId = id.trim()
    if (isBusy) return
    field.current?.focus()
    if (userId === '') return setProblem('Enter an id first.')
    setIsBusy(true)
    setProblem(undefined)
    try {
      const added = await onAdd(userId)
      setId('')
      toast(`${isolateBidi(getDisplayName(added))} was added.`)
    } catch (error) {
      setProblem(isUnknownUser(error) ? 'There is no user with this id.' : getErrorMessage(error))
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <TextField
        ref={field}
        label="Add a person"
        description="Enter their id. They find it in this panel on their screen."
        placeholder="Their id"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={id}
        onValueChange={setId}
        error={problem}
      />
      <Button type="submit" aria-disabled={isBusy}>
        <UserPlus aria-hidden className="size-4" />
        Add
      </Button>
    </form>
  )
}

function isUnknownUser(error: unknown): boolean {
  return isChatError(error) && (error.type === 'ResourceNotFound' || error.type === 'InvalidPayload')
}
