import type { PayloadOf } from '@parley/core'
import { lazy, Suspense, useId, useState, type ReactElement } from 'react'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { replyWithOption, type OnReply } from '../reply.ts'
import { TextPayload } from '../text/text-payload.tsx'
import { loadDropdown } from './load-dropdown.ts'
import { PlainDropdown } from './plain-dropdown.tsx'

export interface DropdownPayloadProps {
  payload: PayloadOf<'dropdown'>
  answer?: string | undefined
  onReply?: OnReply | undefined
}

/** A question with a list to pick from. Once it is answered, it shows what was picked. */
export function DropdownPayload({ payload, answer, onReply }: DropdownPayloadProps): ReactElement {
  const { text, options } = payload
  const labelId = useId()
  const [picked, setPicked] = useState<number>()
  const option = picked === undefined ? undefined : options[picked]
  const isAnswered = answer !== undefined
  const field = {
    labelId,
    options,
    picked: isAnswered ? options.findIndex(({ value }) => value === answer) : (picked ?? -1),
    // What was answered may be no option any more, if it ever was.
    placeholder: answer ?? 'Please choose',
    disabled: !onReply || isAnswered,
    isAnswered,
    onPick: setPicked,
  }
  const plain = <PlainDropdown {...field} />

  return (
    <form
      dir="auto"
      onSubmit={(event) => {
        event.preventDefault()
        if (option) onReply?.(replyWithOption(option))
      }}
    >
      <div id={labelId}>
        <TextPayload payload={{ type: 'text', text: text || 'Which one?' }} />
      </div>
      <div className="mt-2.5 mb-1 flex max-w-sm flex-wrap gap-2">
        <div className="min-w-40 flex-1">
          <ErrorBoundary resetKey={labelId} fallback={plain}>
            <Suspense fallback={plain}>
              <DropdownField {...field} />
            </Suspense>
          </ErrorBoundary>
        </div>
        {!isAnswered && (
          <button
            type="submit"
            disabled={!onReply || !option}
            className="h-10 rounded-full bg-accent px-5 text-sm font-semibold text-on-accent transition-colors hover:bg-accent-strong disabled:bg-raised disabled:text-soft pointer-coarse:h-11"
          >
            Choose
          </button>
        )}
      </div>
    </form>
  )
}

const DropdownField = lazy(async () => ({ default: (await loadDropdown()).DropdownField }))
