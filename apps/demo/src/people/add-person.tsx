import { isChatError } from '@parley/core'
import { useChat } from '@parley/react'
import { UserPlus } from 'lucide-react'
import { useRef, useState, type ReactElement } from 'react'
import { Button } from '../ui/button.tsx'
import { getErrorMessage } from '../ui/error-message.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useToast } from '../ui/toasts.tsx'
import { isolateBidi, getDisplayName } from './person.ts'

/** Adds a user to a conversation by their id. */
export function AddPerson({ conversationId }: { conversationId: string }): ReactElement {
  const { user } = useChat()
  const toast = useToast()
  const [id, setId] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)

  async function add(): Promise<void> {
    const userId = id.trim()
    if (!user || isBusy) return
    field.current?.focus()
    if (userId === '') return setProblem('Enter an id first.')
    setIsBusy(true)
    setProblem(undefined)
    try {
      const { participant } = await user.addParticipant({ conversationId, userId })
      setId('')
      toast(`${isolateBidi(getDisplayName(participant))} was added.`)
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
