import type { PayloadOf } from '@parley/core'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import { replyWithOption, type OnReply } from './reply.ts'
import { TextPayload } from './text-payload.tsx'

export interface ChoicePayloadProps {
  payload: PayloadOf<'choice'>
  answer?: string | undefined
  onReply?: OnReply | undefined
}

/** A question with buttons. Once it is answered, it shows what was chosen. */
export function ChoicePayload({ payload, answer, onReply }: ChoicePayloadProps): ReactElement {
  return (
    <>
      <TextPayload payload={{ type: 'text', text: payload.text }} />
      <ul className="mt-2.5 mb-1 flex flex-wrap gap-2">
        {payload.options.map((option, index) => {
          const isChosen = answer === option.value
          return (
            <li key={index}>
              <button
                type="button"
                aria-pressed={isChosen}
                disabled={!onReply || answer !== undefined}
                onClick={() => onReply?.(replyWithOption(option))}
                className={`flex min-h-9 items-center gap-1.5 rounded-full px-4 py-1.5 text-sm font-semibold ring-1 ${lookOf({ isChosen, isAnswered: answer !== undefined })}`}
              >
                {isChosen && <Check aria-hidden className="-ms-1 size-4" strokeWidth={2.6} />}
                <span className="wrap-anywhere">{option.label}</span>
              </button>
            </li>
          )
        })}
      </ul>
    </>
  )
}

function lookOf({ isChosen, isAnswered }: { isChosen: boolean; isAnswered: boolean }): string {
  if (isChosen) return 'bg-accent text-on-accent ring-accent'
  if (isAnswered) return 'text-soft ring-line'
  return 'text-accent-ink ring-accent-ink/40 hover:bg-accent-wash'
}
