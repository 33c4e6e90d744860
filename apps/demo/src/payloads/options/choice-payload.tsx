import type { PayloadOf } from '@parley/core'
import { Check } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { replyWithOption, type OnReply } from '../reply.ts'
import { TextPayload } from '../text/text-payload.tsx'

export interface ChoicePayloadProps {
  payload: PayloadOf<'choice'>
  answer?: string | undefined
  onReply?: OnReply | undefined
}

/** The number of options in a collapsed list. A list with up to two more is not collapsed. */
const collapsedCount = 12

/** A question with buttons. Once answered, it highlights the chosen option. */
export function ChoicePayload({ payload, answer, onReply }: ChoicePayloadProps): ReactElement {
  const { text, options } = payload
  const [isExpanded, setIsExpanded] = useState(false)
  const isLong = options.length > collapsedCount + 2
  const shown = options
    .map((option, index) => ({ option, index, isChosen: answer === option.value }))
    .filter(({ index, isChosen }) => !isLong || isExpanded || index < collapsedCount || isChosen)

  return (
    // The options follow the text direction of the question.
    <div dir="auto">
      {text && <TextPayload payload={{ type: 'text', text }} />}
      <ul aria-label="Answers" className="mt-2.5 mb-1 flex flex-wrap gap-2">
        {shown.map(({ option, index, isChosen }) => (
          <li key={index} className="max-w-full">
            <button
              type="button"
              aria-pressed={isChosen}
              disabled={!onReply || answer !== undefined}
              onClick={() => onReply?.(replyWithOption(option))}
              className={`${optionClass} ${getOptionClass({ isChosen, isAnswered: answer !== undefined })}`}
            >
              {isChosen && <Check aria-hidden className="-ms-1 size-4 shrink-0" strokeWidth={2.6} />}
              <span dir="auto" className="line-clamp-3 text-start wrap-anywhere">
                {option.label}
              </span>
            </button>
          </li>
        ))}
        {isLong && (
          <li>
            <button
              type="button"
              aria-expanded={isExpanded}
              onClick={() => setIsExpanded(!isExpanded)}
              className={`${optionClass} text-soft ring-transparent hover:bg-raised hover:text-ink`}
            >
              {isExpanded ? 'Show fewer' : `Show all ${options.length}`}
            </button>
          </li>
        )}
      </ul>
    </div>
  )
}

const optionClass =
  'flex min-h-9 max-w-full items-center gap-1.5 rounded-[1.125rem] px-4 py-1.5 text-sm font-semibold ring-1 transition-colors pointer-coarse:min-h-11 pointer-coarse:rounded-[1.375rem]'

function getOptionClass({ isChosen, isAnswered }: { isChosen: boolean; isAnswered: boolean }): string {
  if (isChosen) return 'bg-accent text-on-accent ring-accent'
  if (isAnswered) return 'text-soft ring-line'
  const disabledClass = 'disabled:text-soft disabled:ring-line disabled:hover:bg-transparent'
  return `text-accent-text ring-accent-text/40 hover:bg-accent-subtle ${disabledClass}`
}
