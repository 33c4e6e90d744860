import type { PayloadOf } from '@parley/core'
import { useId, useState, type ReactElement } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { useLoadedComponent } from '../../ui/lazy-part.tsx'
import { replyWithOption, type OnReply } from '../reply.ts'
import { TextPayload } from '../text/text-payload.tsx'
import { NativeSelectField } from './native-select-field.tsx'

export interface DropdownPayloadProps {
  payload: PayloadOf<'dropdown'>
  answer?: string | undefined
  onReply?: OnReply | undefined
}

/** A question with a dropdown. Once answered, it shows the chosen option. */
export function DropdownPayload({ payload, answer, onReply }: DropdownPayloadProps): ReactElement {
  const { text, options } = payload
  const labelId = useId()
  const [selectedIndex, setSelectedIndex] = useState<number>()
  const option = selectedIndex === undefined ? undefined : options[selectedIndex]
  const isAnswered = answer !== undefined
  const field = {
    labelId,
    options,
    selectedIndex: isAnswered ? options.findIndex(({ value }) => value === answer) : (selectedIndex ?? -1),
    // The answer may not be one of the options.
    placeholder: answer ?? 'Select an option',
    disabled: !onReply || isAnswered,
    isAnswered,
    onSelect: setSelectedIndex,
  }
  const { Loaded, onPlainFocus } = useLoadedComponent(loadDropdown)
  const plain = <NativeSelectField {...field} />

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
        <div className="min-w-40 flex-1" onFocus={Loaded ? undefined : onPlainFocus}>
          {Loaded ? (
            <ErrorBoundary resetKeys={[labelId]} fallback={plain}>
              <Loaded {...field} />
            </ErrorBoundary>
          ) : (
            plain
          )}
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

export const loadDropdown = async () => (await import('./dropdown-field.tsx')).DropdownField
