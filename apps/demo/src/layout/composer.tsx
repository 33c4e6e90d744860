import { ArrowUp } from 'lucide-react'
import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react'
import type { ChatSession } from '../chat/chat-session.ts'

export interface ComposerProps {
  isReady: boolean
  botName: string
  onSend: ChatSession['send']
}

/** Where the visitor writes: Enter sends, Shift+Enter makes a new line. */
export function Composer({ isReady, botName, onSend }: ComposerProps): ReactElement {
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const canSend = isReady && text.trim() !== ''

  function send(): void {
    if (!canSend) return
    void onSend({ type: 'text', text: text.trim() })
    setText('')
    field.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
    event.preventDefault()
    send()
  }

  return (
    <form
      className="border-t border-line bg-surface/70 px-3 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-5 sm:pb-4"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div className="flex items-end gap-2 rounded-[1.6rem] bg-surface p-1.5 ring-1 ring-line has-focus-visible:ring-2 has-focus-visible:ring-accent-ink">
        <textarea
          ref={field}
          aria-label={`Message to ${botName}`}
          placeholder={`Message ${botName}`}
          rows={1}
          value={text}
          enterKeyHint="send"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-40 min-w-0 flex-1 resize-none bg-transparent px-3 py-2 text-base leading-6 outline-none placeholder:text-soft sm:text-[0.9375rem]"
        />
        <button
          type="submit"
          aria-label="Send"
          disabled={!canSend}
          className="grid size-10 shrink-0 place-items-center rounded-full bg-accent text-on-accent hover:bg-accent-strong disabled:bg-raised disabled:text-soft"
        >
          <ArrowUp aria-hidden className="size-5" strokeWidth={2.4} />
        </button>
      </div>
    </form>
  )
}

/** Enter that picks a word of an input method sends nothing. Safari ends the composition before that key arrives, as 229. */
function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === 229
}
