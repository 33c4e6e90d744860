import { useComposer } from '@parley/react'
import { ArrowUp } from 'lucide-react'
import { useEffect, useImperativeHandle, useRef, type ReactElement, type Ref } from 'react'
import { composerId } from './composer-id.ts'

export interface ComposerProps {
  conversationId: string
  /** To whom it goes. */
  name: string
  /** Whether it takes the focus: not where that would open a keyboard over the page. */
  isFocused: boolean
  ref: Ref<ComposerHandle>
}

export interface ComposerHandle {
  focus: () => void
  /** Inserts a text before the content of the field. */
  insert: (text: string) => void
}

/** Where somebody writes: Enter sends, Shift+Enter makes a new line. */
export function Composer({ conversationId, name, isFocused, ref }: ComposerProps): ReactElement {
  const { inputProps, text, setText, send, canSend } = useComposer(conversationId)
  const field = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    if (isFocused) field.current?.focus({ preventScroll: true })
  }, [isFocused, conversationId])

  useImperativeHandle(
    ref,
    () => ({
      focus: () => field.current?.focus(),
      insert(inserted) {
        setText([inserted, text].filter(Boolean).join('\n'))
        field.current?.focus()
      },
    }),
    [text, setText],
  )

  return (
    <form
      className="mx-auto w-full max-w-3xl px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6 sm:pb-4"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
        field.current?.focus()
      }}
    >
      <div className="flex items-end gap-2 rounded-[1.6rem] bg-surface p-1.5 shadow-sm ring-1 ring-field has-focus-visible:ring-2 has-focus-visible:ring-accent-ink">
        <textarea
          {...inputProps}
          ref={field}
          dir="auto"
          id={composerId}
          aria-label={`Message to ${name}`}
          placeholder={`Message ${name}`}
          rows={1}
          enterKeyHint="send"
          className="field-sizing-content max-h-40 min-w-0 flex-1 resize-none bg-transparent px-3 py-2 text-base leading-6 outline-none placeholder:truncate placeholder:text-soft sm:text-[0.9375rem]"
        />
        <button
          type="submit"
          aria-label="Send"
          disabled={!canSend}
          className="grid size-10 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-strong disabled:bg-raised disabled:text-soft pointer-coarse:size-11 forced-colors:border"
        >
          <ArrowUp aria-hidden className="size-5" strokeWidth={2.4} />
        </button>
      </div>
    </form>
  )
}
