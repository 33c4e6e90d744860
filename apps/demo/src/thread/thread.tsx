import { isChatError } from '@parley/core'
import { useConnection, useMessages } from '@parley/react'
import { useEffect, useMemo, useRef, type ReactElement } from 'react'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import { preloadParts } from '../layout/preload-parts.ts'
import { getPreviewText } from '../payloads/message-text.ts'
import type { People } from '../people/people.ts'
import { formatNames, getDisplayName } from '../people/person.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import { Announcer } from './announcer.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { ConversationUnavailable } from './conversation-unavailable.tsx'
import { LogSkeleton } from './log-skeleton.tsx'
import { MessageLog } from './message-log.tsx'
import { ThreadHeader, type ThreadHeaderProps } from './thread-header.tsx'
import { TypingIndicator } from './typing-indicator.tsx'
import { useMessageActions } from './use-message-actions.ts'

export interface ThreadProps extends Omit<ThreadHeaderProps, 'isFocused'> {
  conversationId: string
  people: People
  /** Called when the newest messages come into view, or leave it. */
  onAtEnd: (isAtEnd: boolean) => void
}

const ConfirmDialog = lazyPart(
  async () => (await import('../ui/confirm-dialog.tsx')).ConfirmDialog,
  ({ isOpen }) => isOpen,
)

/** One conversation, with its messages and composer. */
export function Thread({ conversationId, people, onAtEnd, ...header }: ThreadProps): ReactElement {
  const { messages, hasOlder, isLoadingOlder, loadOlder, error } = useMessages(conversationId)
  const { reconnectNow, ...connection } = useConnection(conversationId)
  const composer = useRef<ComposerHandle>(null)
  const { actions, messageToDelete, setMessageToDelete, remove } = useMessageActions(conversationId, composer)
  const names = formatNames(people.others.map(getDisplayName)) || 'this conversation'
  const isTouch = useMemo(() => matchMedia('(pointer: coarse)').matches, [])
  const isKnown = connection.isSynced || messages.length > 0
  useEffect(() => {
    if (isKnown) preloadParts()
  }, [isKnown])

  if (connection.state === 'closed' && isUnavailable(connection.cause)) return <ConversationUnavailable />
  return (
    <section aria-label={`Conversation with ${names}`} className="flex h-full min-w-0 flex-1 flex-col">
      <ThreadHeader {...header} people={people} isFocused={isTouch} />
      <ConnectionBanner connection={connection} onReconnect={reconnectNow} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        {!isKnown && <LogSkeleton />}
        <MessageLog
          messages={messages}
          isSynced={connection.isSynced}
          history={{
            hasOlder,
            isLoading: isLoadingOlder,
            hasFailed: error !== undefined,
            onLoad: loadOlderPage,
          }}
          people={people}
          isWaiting={connection.state !== 'online' && connection.state !== 'connecting'}
          actions={actions}
          label={`Messages with ${names}`}
          onAtEnd={onAtEnd}
        />
      </div>
      <TypingIndicator conversationId={conversationId} people={people} />
      <Composer ref={composer} conversationId={conversationId} recipients={names} isFocused={!isTouch} />
      <Announcer messages={messages} isSynced={connection.isSynced} people={people} />
      <ConfirmDialog
        isOpen={messageToDelete !== undefined}
        onOpenChange={() => setMessageToDelete(undefined)}
        title="Delete this message?"
        action="Delete"
        onConfirm={remove}
      >
        “{messageToDelete && getPreviewText(messageToDelete.payload)}” will be deleted for everyone. This
        cannot be undone.
      </ConfirmDialog>
    </section>
  )

  /** The log shows a failure above the oldest message. */
  function loadOlderPage(): void {
    loadOlder().catch(() => {})
  }
}

function isUnavailable(cause: unknown): boolean {
  const types: readonly string[] = ['Forbidden', 'ResourceNotFound', 'ResourceGone', 'InvalidIdentifier']
  return isChatError(cause) && types.includes(cause.type)
}
