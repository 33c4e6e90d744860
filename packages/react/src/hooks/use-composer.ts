import type { ChatError, Message, NoSchemas } from '@parley/core'
import type { SessionConversation } from '@parley/rx/session'
import { useMemo, type ChangeEvent, type KeyboardEvent } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { withRegisteredTypes, type RegisteredSchemas } from '../register.ts'
import { createStore, useStore } from '../state/store.ts'
import type { View } from '../state/view.ts'
import { useLatest } from './use-latest.ts'

type TextField = HTMLTextAreaElement | HTMLInputElement

/** State and actions of a message composer. */
export interface ComposerResult {
  /** The draft. Each conversation has its own; all composers of a conversation share it. */
  readonly text: string
  setText: (text: string) => void
  /**
   * Sends the text and clears the field. Does nothing if the text is blank. While the user is connecting, the message
   * stays pending. If the current conversation was deleted, restores the text and sets `error`.
   */
  send: () => Promise<Message | undefined>
  /** Whether a message of this composer is in flight. More messages can be sent meanwhile. */
  readonly isSending: boolean
  /** Whether there is text and the user is connected or connecting. */
  readonly canSend: boolean
  /** Why the text of the last message was restored. */
  readonly error: ChatError | undefined
  /**
   * Props of a `<textarea>` or `<input>`. Enter sends, Shift+Enter inserts a line break. The Enter that ends an IME
   * composition does neither.
   */
  readonly inputProps: {
    readonly value: string
    onChange: (event: ChangeEvent<TextField>) => void
    onKeyDown: (event: KeyboardEvent<TextField>) => void
  }
}

export interface ComposerOptions<Schemas = RegisteredSchemas> {
  /** The metadata of each message that this composer sends, by `send` or Enter. Default: none. */
  metadata?: NonNullable<Parameters<SessionConversation<Schemas>['send']>[1]>['metadata']
}

/**
 * Returns the state of a message composer. Sends typing indicators. Drafts survive reloads if the provider has a
 * `storage`.
 *
 * @param id - Default: the current conversation.
 */
export function useComposer(id?: string, options: ComposerOptions = {}): ComposerResult {
  const { view, chat } = useChatContext()
  const latest = useLatest(withRegisteredTypes<ComposerOptions<NoSchemas>>(options))
  const { store, inputActions, ...actions } = useMemo(
    () => createComposer(view, id, () => latest.current),
    [view, id, latest],
  )
  const { text, sending, error } = useStore(store)
  return {
    ...actions,
    text,
    isSending: sending > 0,
    canSend: view.session.canSend && chat.state !== 'failed' && text.trim() !== '',
    error,
    inputProps: { value: text, ...inputActions },
  }
}

/** Safari reports the Enter that ends a composition with `isComposing: false` and this key code. */
const composingKeyCode = 229

function createComposer(
  { session, scheduler }: View,
  id: string | undefined,
  getOptions: () => ComposerOptions<NoSchemas>,
) {
  const draft = session.draft(id)
  const { sendTyping } = session.conversation(id)
  const { setText } = draft

  function send(): Promise<Message | undefined> {
    const sending = draft.send({ metadata: getOptions().metadata })
    // Own messages appear at once, not with the next frame.
    scheduler.flush()
    return sending
  }

  return {
    // Typed text appears at once, too: otherwise the caret would jump.
    store: {
      ...createStore(draft.state$, { text: '', sending: 0, error: undefined }),
      get: () => draft.state,
    },
    setText,
    send,
    inputActions: {
      onChange({ target }: ChangeEvent<TextField>) {
        setText(target.value)
        if (target.value) sendTyping()
      },
      onKeyDown(event: KeyboardEvent<TextField>) {
        const { key, keyCode, shiftKey, nativeEvent } = event
        if (key !== 'Enter' || shiftKey || nativeEvent.isComposing || keyCode === composingKeyCode) return
        event.preventDefault()
        void send()
      },
    },
  }
}
