import { isChatError } from '@parley/core'
import { useChat, useConnection, useMessages, useSend } from '@parley/react'
import type { SentMessage } from '@parley/rx'
import { useEffect, useMemo, useRef, useState, type ReactElement, type RefObject } from 'react'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import { preloadParts } from '../layout/preload-parts.ts'
import { messageText, previewOf } from '../payloads/message-text.ts'
import type { People } from '../people/people.ts'
import { listNames, nameOf } from '../people/person.ts'
import { late } from '../ui/late.tsx'
import { useToast } from '../ui/toasts.tsx'
import { Announcer } from './announcer.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { ConversationGone } from './conversation-gone.tsx'
import { copyMessage } from './copy-message.ts'
import { LogSkeleton } from './log-skeleton.tsx'
import type { MessageActions } from './message-actions.ts'
import { MessageLog } from './message-log.tsx'
import { ThreadHeader, type ThreadHeaderProps } from './thread-header.tsx'
import { TypingLine } from './typing-line.tsx'

export interface ThreadProps extends Omit<ThreadHeaderProps, 'isFocused'> {
  conversationId: string
  people: People
  /** Called with whether the newest messages are in view, when that changes. */
  onAtEnd: (isAtEnd: boolean) => void
}

const ConfirmDialog = late(
  async () => (await import('../ui/confirm-dialog.tsx')).ConfirmDialog,
  ({ isOpen }) => isOpen,
)

/** One conversation: what was said, and what is to be said. */
export function Thread({ conversationId, people, onAtEnd, ...header }: ThreadProps): ReactElement {
  const { messages, hasOlder, isLoadingOlder, loadOlder, error } = useMessages(conversationId)
  const { tryNow, ...connection } = useConnection(conversationId)
  const composer = useRef<ComposerHandle>(null)
  const { actions, doomed, setDoomed, remove } = useMessageActions(conversationId, composer)
  const names = listNames(people.others.map(nameOf)) || 'this conversation'
  const isTouch = useMemo(() => matchMedia('(pointer: coarse)').matches, [])
  const isKnown = connection.isInSync || messages.length > 0
  useEffect(() => {
    if (isKnown) preloadParts()
  }, [isKnown])

  if (connection.state === 'closed' && isGone(connection.cause)) return <ConversationGone />
  return (
    <section aria-label={`Conversation with ${names}`} className="flex h-full min-w-0 flex-1 flex-col">
      <ThreadHeader {...header} people={people} isFocused={isTouch} />
      <ConnectionBanner connection={connection} onTryNow={tryNow} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        {!isKnown && <LogSkeleton />}
        <MessageLog
          messages={messages}
          isInSync={connection.isInSync}
          older={{ hasOlder, isLoading: isLoadingOlder, hasFailed: error !== undefined, onLoad: loadQuietly }}
          people={people}
          isWaiting={connection.state !== 'online' && connection.state !== 'connecting'}
          actions={actions}
          label={`Messages with ${names}`}
          onAtEnd={onAtEnd}
        />
      </div>
      <TypingLine conversationId={conversationId} people={people} />
      <Composer ref={composer} conversationId={conversationId} name={names} isFocused={!isTouch} />
      <Announcer messages={messages} isInSync={connection.isInSync} people={people} />
      <ConfirmDialog
        isOpen={doomed !== undefined}
        onOpenChange={() => setDoomed(undefined)}
        title="Delete this message?"
        action="Delete"
        onConfirm={remove}
      >
        “{doomed && previewOf(doomed.payload)}” will be deleted for everyone. This cannot be undone.
      </ConfirmDialog>
    </section>
  )

  /** That it failed shows above the oldest message. */
  function loadQuietly(): void {
    loadOlder().catch(() => {})
  }
}

function useMessageActions(conversationId: string, composer: RefObject<ComposerHandle | null>) {
  const { send, retry, discard } = useSend(conversationId)
  const { user } = useChat()
  const toast = useToast()
  const [doomed, setDoomed] = useState<SentMessage>()

  const actions = useMemo(
    (): MessageActions => ({
      // What fails of it shows beside the message.
      reply: (reply, answers) => void send(reply, { metadata: { answers } }).catch(() => {}),
      retry: (key) => void retry(key).catch(() => {}),
      discard(message) {
        discard(message.key)
        const { clientMessageId: _, ...metadata } = message.metadata ?? {}
        const undo = (): void => void send(message.payload, { metadata }).catch(() => {})
        toast('Message discarded.', { label: 'Undo', onClick: undo })
        composer.current?.focus()
      },
      edit(message) {
        composer.current?.insert(messageText(message.payload))
        discard(message.key)
      },
      copy: (message) => void copyMessage(message).then((text) => toast(text)),
      remove: setDoomed,
    }),
    [send, retry, discard, toast, composer],
  )
  return {
    actions,
    doomed,
    setDoomed,
    remove: async () => {
      if (doomed) await user?.deleteMessage({ id: doomed.id })
    },
  }
}

function isGone(cause: unknown): boolean {
  const types: readonly string[] = ['Forbidden', 'ResourceNotFound', 'ResourceGone', 'InvalidIdentifier']
  return isChatError(cause) && types.includes(cause.type)
}
