import { useComposer, useConversation } from '@parley/react'
import { ArrowUp, Square } from 'lucide-react'
import { useEffect, useImperativeHandle, useRef, useState, type ReactElement, type Ref } from 'react'
import { useHasCapability } from '../page/server-info-context.ts'
import { getErrorMessage } from '../ui/error-message.tsx'
import { useToast } from '../ui/toasts.tsx'

export interface ComposerProps {
  conversationId: string
  /** Names of the recipients. */
  recipients: string
  /** Whether to focus the field. False on touch screens, where focus opens the keyboard. */
  isFocused: boolean
  ref: Ref<ComposerHandle>
}

export interface ComposerHandle {
  focus: () => void
  /** Inserts text before the current content. */
  insert: (text: string) => void
}

/**
 * The message field. Enter sends, Shift+Enter inserts a line break. While the field is empty and the bot's answer
 * streams, the button stops the answer.
 */
export function Composer({ conversationId, recipients, isFocused, ref }: ComposerProps): ReactElement {
  const { inputProps, text, setText, send, canSend } = useComposer(conversationId)
  const { canStop, isStopping, stop } = useStop(conversationId)
  const field = useRef<HTMLTextAreaElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const isStopButton = canStop && text.trim() === ''
  const isAvailable = isStopButton ? !isStopping : canSend
  const Icon = isStopButton ? Square : ArrowUp

  useEffect(() => {
    if (isFocused) field.current?.focus({ preventScroll: true })
  }, [isFocused, conversationId])

  // On touch screens the button keeps the focus, because the field would open the keyboard.
  useEffect(() => {
    if (isFocused && !isStopButton && !canSend && document.activeElement === button.current)
      field.current?.focus()
  }, [isFocused, isStopButton, canSend])

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
        if (!isAvailable) return
        if (isStopButton) {
          void stop()
          return
        }
        void send()
        field.current?.focus()
      }}
    >
      <div className="flex items-end gap-2 rounded-[1.6rem] bg-surface p-1.5 shadow-sm ring-1 ring-field has-focus-visible:ring-2 has-focus-visible:ring-accent-text">
        <textarea
          {...inputProps}
          ref={field}
          dir="auto"
          id={composerId}
          aria-label={`Message to ${recipients}`}
          placeholder={`Message ${recipients}`}
          rows={1}
          enterKeyHint="send"
          className="field-sizing-content max-h-40 min-w-0 flex-1 resize-none bg-transparent px-3 py-2 text-base leading-6 outline-none placeholder:truncate placeholder:text-soft sm:text-[0.9375rem]"
        />
        <button
          ref={button}
          type="submit"
          aria-label={isStopButton ? 'Stop' : 'Send'}
          // Not `disabled`: a disabled button would lose the focus when the answer ends.
          aria-disabled={!isAvailable}
          tabIndex={isAvailable ? undefined : -1}
          onMouseDown={(event) => {
            // Leaves the focus where it is, so that the keyboard of a touch screen neither opens nor closes.
            if (isStopButton) event.preventDefault()
          }}
          onClick={(event) => {
            // The second click of a double click on "Send" must not stop the answer.
            if (isStopButton && event.detail > 1) event.preventDefault()
          }}
          className="grid size-10 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-strong aria-disabled:cursor-default aria-disabled:bg-raised aria-disabled:text-soft pointer-coarse:size-11 forced-colors:border"
        >
          <Icon aria-hidden className={isStopButton ? 'size-4 fill-current' : 'size-5'} strokeWidth={2.4} />
        </button>
      </div>
    </form>
  )
}

/** The id of the text field, for moving the focus to it. */
export const composerId = 'composer'

/** Stops the bot's streaming answer. A failure shows a toast. */
function useStop(conversationId: string): {
  /** Whether an answer streams, and the server can stop it. */
  canStop: boolean
  /** Whether a request is in flight. A second one could stop the next answer. */
  isStopping: boolean
  stop: () => Promise<void>
} {
  const { isAnswering, stop } = useConversation(conversationId)
  const hasStop = useHasCapability('stop')
  const toast = useToast()
  const [isStopping, setIsStopping] = useState(false)

  return {
    canStop: hasStop && isAnswering,
    isStopping,
    async stop() {
      setIsStopping(true)
      try {
        await stop()
      } catch (error) {
        const reason = getErrorMessage(error)
        toast(`Unable to stop; ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`)
      } finally {
        setIsStopping(false)
      }
    },
  }
}
