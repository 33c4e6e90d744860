import { useSend } from '@parley/react'
import type { ChatMessage, StoredMessage } from '@parley/rx'
import { useMemo, useState, type RefObject } from 'react'
import { getMessageText } from '../payloads/message-text.ts'
import { parsePayload } from '../payloads/parse-payload.ts'
import type { Reply } from '../payloads/reply.ts'
import { copyText } from '../ui/copy-button.tsx'
import { useToast } from '../ui/toasts.tsx'
import type { ComposerHandle } from './composer.tsx'

/** Actions on messages. All messages of a conversation share one object, so that it causes no renders. */
export interface MessageActions {
  reply: (reply: Reply, questionId: string) => void
  retry: (key: string) => void
  discard: (message: ChatMessage) => void
  /** Discards a failed message, and moves its text into the composer. */
  edit: (message: ChatMessage) => void
  copy: (message: ChatMessage) => void
  remove: (message: Extract<ChatMessage, { status: 'sent' }>) => void
}

/** Actions on the messages of a conversation, and the message whose deletion the user is asked to confirm. */
export function useMessageActions(conversationId: string, composer: RefObject<ComposerHandle | null>) {
  const { send, retry, discard, deleteMessage } = useSend(conversationId)
  const toast = useToast()
  const [messageToDelete, setMessageToDelete] = useState<StoredMessage>()

  const actions = useMemo(
    (): MessageActions => ({
      // The message row shows a failure.
      reply: (reply, questionId) => void send(reply, { metadata: { answers: questionId } }).catch(() => {}),
      retry: (key) => void retry(key).catch(() => {}),
      discard(message) {
        discard(message.key)
        const { clientMessageId: _, ...metadata } = message.metadata ?? {}
        const undo = (): void => void send(message.payload, { metadata }).catch(() => {})
        toast('Message discarded.', { label: 'Undo', onClick: undo })
        composer.current?.focus()
      },
      edit(message) {
        composer.current?.insert(getMessageText(message.payload))
        discard(message.key)
      },
      copy: (message) => void copyMessage(message).then((text) => toast(text)),
      remove: setMessageToDelete,
    }),
    [send, retry, discard, toast, composer],
  )
  return {
    actions,
    messageToDelete,
    setMessageToDelete,
    remove: async () => {
      if (messageToDelete) await deleteMessage(messageToDelete.id)
    },
  }
}

/** Copies the text of a message. Resolves with a text that tells the user the result. */
async function copyMessage({ payload }: ChatMessage): Promise<string> {
  const isCopied = await copyText(getPlainText(payload))
  return isCopied ? 'Copied.' : 'Unable to copy; the browser does not allow it.'
}

function getPlainText(payload: unknown): string {
  const read = parsePayload(payload)
  switch (read?.type) {
    case 'text':
      return read.text
    case 'markdown':
      return read.markdown
    default:
      return JSON.stringify(payload, undefined, 2)
  }
}
