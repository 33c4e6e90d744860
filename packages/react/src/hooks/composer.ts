import type { ChatError, Message } from '@parley/core'
import { ignoreRejection, type ConversationStore, type DraftStore } from '@parley/rx/session'

export interface Composer {
  setText: (text: string) => void
  send: () => Promise<Message | undefined>
  inputActions: {
    onChange: (event: { target: { value: string } }) => void
    onKeyDown: (event: KeyPress) => void
  }
}

/** The properties used of React's and the browser's keyboard events. */
interface KeyPress {
  key: string
  keyCode: number
  shiftKey: boolean
  nativeEvent: { isComposing: boolean }
  preventDefault: () => void
}

/** Safari reports the Enter that ends a composition with `isComposing: false` and this key code. */
const composingKeyCode = 229

export function createComposer(
  { actions, ref }: Pick<ConversationStore, 'actions' | 'ref'>,
  draft: DraftStore,
): Composer {
  function setText(text: string): void {
    draft.change({ text })
  }

  async function send(): Promise<Message | undefined> {
    const { text } = draft.get()
    // Without a connected or connecting user, messages cannot be queued.
    if (!text.trim() || !ref.getHandle()) return undefined
    const sending = actions.send(text)
    draft.change({ text: '', error: undefined })
    draft.track(sending)
    try {
      return await sending
    } catch (cause) {
      const error = cause as ChatError
      if (ref.isGoneError?.(error))
        draft.change({ error, text: [text, draft.get().text].filter(Boolean).join('\n') })
      throw error
    }
  }

  return {
    setText,
    send: () => ignoreRejection(send()),
    inputActions: {
      onChange({ target }) {
        setText(target.value)
        if (target.value) actions.sendTyping()
      },
      onKeyDown(event) {
        const { key, keyCode, shiftKey, nativeEvent } = event
        if (key !== 'Enter' || shiftKey || nativeEvent.isComposing || keyCode === composingKeyCode) return
        event.preventDefault()
        void ignoreRejection(send())
      },
    },
  }
}
