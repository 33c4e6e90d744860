import type { PayloadOf } from '@parley/core'
import { ChevronDown } from 'lucide-react'
import { useId, useState, type ReactElement } from 'react'
import { replyWithOption, type OnReply } from './reply.ts'
import { TextPayload } from './text-payload.tsx'

export interface DropdownPayloadProps {
  payload: PayloadOf<'dropdown'>
  answer?: string | undefined
  onReply?: OnReply | undefined
}

/** A question with a list to pick from. Once it is answered, it shows what was picked. */
export function DropdownPayload({ payload, answer, onReply }: DropdownPayloadProps): ReactElement {
  const { text, options } = payload
  const id = useId()
  const answered = options.findIndex((option) => option.value === answer)
  const [picked, setPicked] = useState('')
  const option = picked === '' ? undefined : options[Number(picked)]
  const isAnswered = answer !== undefined

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (option) onReply?.(replyWithOption(option))
      }}
    >
      <label htmlFor={id}>
        <TextPayload payload={{ type: 'text', text }} />
      </label>
      <div className="mt-2.5 mb-1 flex flex-wrap gap-2">
        <div className="relative min-w-40 flex-1">
          <select
            id={id}
            value={isAnswered ? String(answered) : picked}
            disabled={!onReply || isAnswered}
            onChange={(event) => setPicked(event.target.value)}
            className="h-10 w-full appearance-none truncate rounded-full bg-surface ps-4 pe-9 text-sm ring-1 ring-line disabled:text-soft"
          >
            {!isAnswered && <option value="">Please choose</option>}
            {answered < 0 && isAnswered && <option value="-1">{answer}</option>}
            {options.map(({ label }, index) => (
              <option key={index} value={index}>
                {label}
              </option>
            ))}
          </select>
          <ChevronDown aria-hidden className="pointer-events-none absolute end-3 top-3 size-4 text-soft" />
        </div>
        {!isAnswered && (
          <button
            type="submit"
            disabled={!onReply || !option}
            className="h-10 rounded-full bg-accent px-5 text-sm font-semibold text-on-accent hover:bg-accent-strong disabled:bg-raised disabled:text-soft"
          >
            Choose
          </button>
        )}
      </div>
    </form>
  )
}
