import { useChat, useSend } from '@parley/react'
import type { StoredMessage } from '@parley/rx'
import { useMemo, useState, type RefObject } from 'react'
import type { ComposerHandle } from '../composer/composer.tsx'
import { getMessageText } from '../payloads/message-text.ts'
import { useToast } from '../ui/toasts.tsx'
import { copyMessage } from './copy-message.ts'
import type { MessageActions } from './message-actions.ts'

/** Actions on the messages of a conversation, and the message whose deletion the user is asked to confirm. */
export function useMessageActions(conversationId: string, composer: RefObject<ComposerHandle | null>) {
  const { send, retry, discard } = useSend(conversationId)
  const { user } = useChat()
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
      if (messageToDelete) await user?.deleteMessage({ id: messageToDelete.id })
    },
  }
}
