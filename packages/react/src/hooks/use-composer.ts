import type { ChatError, Message } from '@parley/core'
import { useMemo, type ChangeEvent, type KeyboardEvent } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { createComposer } from './composer.ts'
import { useStore } from './use-store.ts'

type Field = HTMLTextAreaElement | HTMLInputElement

/** A text field for messages. */
export interface ComposerResult {
  /** What is being written. It is kept for each conversation, and shared by all its composers. */
  readonly text: string
  setText: (text: string) => void
  /**
   * Sends the text and empties the field; does nothing without text. Before the user is connected, the message waits in
   * the list. If the current conversation was deleted, the text comes back and `error` says why.
   */
  send: () => Promise<Message | undefined>
  /** A message is on its way. More can be sent meanwhile. */
  readonly isSending: boolean
  /** There is text, and the user is connected or about to connect. */
  readonly canSend: boolean
  /** Why the last text came back. */
  readonly error: ChatError | undefined
  /** For `<textarea>` or `<input>`: Enter sends, Shift-Enter breaks the line, and Enter that ends a composition does neither. */
  readonly inputProps: {
    readonly value: string
    onChange: (event: ChangeEvent<Field>) => void
    onKeyDown: (event: KeyboardEvent<Field>) => void
  }
}

/** The state of a text field: its draft survives reloads where the provider has a storage, and typing is told to the others. */
export function useComposer(id?: string): ComposerResult {
  const { session, chat } = useChatContext()
  const draft = session.draft(id)
  const { inputActions, ...actions } = useMemo(
    () => createComposer(session.conversation(id), draft),
    [session, id, draft],
  )
  const { text, sending, error } = useStore(draft)

  return {
    ...actions,
    text,
    isSending: sending > 0,
    canSend: session.canSend && chat.state !== 'failed' && text.trim() !== '',
    error,
    inputProps: { value: text, ...inputActions },
  }
}
