import { isChatError } from '@parley/core'
import { useConnection, useMessages } from '@parley/react'
import { useEffect, useMemo, useRef, type ReactElement } from 'react'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import { preloadParts } from '../layout/preload-parts.ts'
import { previewOf } from '../payloads/message-text.ts'
import type { People } from '../people/people.ts'
import { listNames, nameOf } from '../people/person.ts'
import { late } from '../ui/late.tsx'
import { Announcer } from './announcer.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { ConversationGone } from './conversation-gone.tsx'
import { LogSkeleton } from './log-skeleton.tsx'
import { MessageLog } from './message-log.tsx'
import { ThreadHeader, type ThreadHeaderProps } from './thread-header.tsx'
import { TypingLine } from './typing-line.tsx'
import { useMessageActions } from './use-message-actions.ts'

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
  const { reconnectNow, ...connection } = useConnection(conversationId)
  const composer = useRef<ComposerHandle>(null)
  const { actions, doomed, setDoomed, remove } = useMessageActions(conversationId, composer)
  const names = listNames(people.others.map(nameOf)) || 'this conversation'
  const isTouch = useMemo(() => matchMedia('(pointer: coarse)').matches, [])
  const isKnown = connection.isSynced || messages.length > 0
  useEffect(() => {
    if (isKnown) preloadParts()
  }, [isKnown])

  if (connection.state === 'closed' && isGone(connection.cause)) return <ConversationGone />
  return (
    <section aria-label={`Conversation with ${names}`} className="flex h-full min-w-0 flex-1 flex-col">
      <ThreadHeader {...header} people={people} isFocused={isTouch} />
      <ConnectionBanner connection={connection} onTryNow={reconnectNow} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        {!isKnown && <LogSkeleton />}
        <MessageLog
          messages={messages}
          isSynced={connection.isSynced}
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
      <Announcer messages={messages} isSynced={connection.isSynced} people={people} />
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

function isGone(cause: unknown): boolean {
  const types: readonly string[] = ['Forbidden', 'ResourceNotFound', 'ResourceGone', 'InvalidIdentifier']
  return isChatError(cause) && types.includes(cause.type)
}
