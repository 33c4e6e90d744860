import type { ChatError, Message } from '@parley/core'
import { quietly, type SharedConversation, type SharedDraft } from '@parley/rx/session'

export interface Composer {
  setText: (text: string) => void
  send: () => Promise<Message | undefined>
  inputActions: {
    onChange: (event: { target: { value: string } }) => void
    onKeyDown: (event: KeyPress) => void
  }
}

/** What is looked at of a key that was pressed. */
interface KeyPress {
  key: string
  keyCode: number
  shiftKey: boolean
  nativeEvent: { isComposing: boolean }
  preventDefault: () => void
}

/** Safari says of the Enter that ends a composition that it composes no more, but gives it this code. */
const composingKeyCode = 229

export function createComposer(
  { act, actions, place }: Pick<SharedConversation, 'act' | 'actions' | 'place'>,
  draft: SharedDraft,
): Composer {
  function setText(text: string): void {
    draft.change({ text })
  }

  async function send(): Promise<Message | undefined> {
    const { text } = draft.get()
    if (!text.trim()) return undefined
    let isShown = false
    draft.change({ text: '', error: undefined, sending: draft.get().sending + 1 })
    try {
      return await act((living) => {
        isShown = true
        return living.send({ type: 'text', text })
      })
    } catch (cause) {
      const error = cause as ChatError
      if (!isShown || place.isLostBy?.(error))
        draft.change({ error, text: [text, draft.get().text].filter(Boolean).join('\n') })
      throw error
    } finally {
      draft.change({ sending: draft.get().sending - 1 })
    }
  }

  return {
    setText,
    send: () => quietly(send()),
    inputActions: {
      onChange({ target }) {
        setText(target.value)
        if (target.value) actions.sendTyping()
      },
      onKeyDown(event) {
        const { key, keyCode, shiftKey, nativeEvent } = event
        if (key !== 'Enter' || shiftKey || nativeEvent.isComposing || keyCode === composingKeyCode) return
        event.preventDefault()
        void quietly(send())
      },
    },
  }
}
