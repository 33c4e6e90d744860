import { isChatError } from '@parley/core'
import { useChat } from '@parley/react'
import { UserPlus } from 'lucide-react'
import { useRef, useState, type ReactElement } from 'react'
import { Button } from '../ui/button.tsx'
import { errorMessage } from '../ui/error-message.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useToast } from '../ui/toasts.tsx'
import { isolate, nameOf } from './person.ts'

/** Brings somebody into a conversation, by the id that they gave. */
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
    if (userId === '') return setProblem('Paste the id of somebody first.')
    setIsBusy(true)
    setProblem(undefined)
    try {
      const { participant } = await user.addParticipant({ conversationId, userId })
      setId('')
      toast(`${isolate(nameOf(participant))} is in.`)
    } catch (error) {
      setProblem(isUnknown(error) ? 'Nobody has this id.' : errorMessage(error))
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
        label="Add somebody"
        description="By their id, which stands in this panel on their screen."
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

function isUnknown(error: unknown): boolean {
  return isChatError(error) && (error.type === 'ResourceNotFound' || error.type === 'InvalidPayload')
}
