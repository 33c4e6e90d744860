import { isChatError } from '@parley/core'
import { useConnection, useMessages, useTyping } from '@parley/react'
import { DoorOpen } from 'lucide-react'
import { useEffect, useMemo, useRef, type ReactElement } from 'react'
import { toHref } from '../page/route.ts'
import { getPreviewText } from '../payloads/message-text.ts'
import type { People } from '../people/people.ts'
import { formatNames, getDisplayName } from '../people/person.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import { Announcer } from './announcer.tsx'
import { Composer, type ComposerHandle } from './composer.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { MessageLog } from './message-log.tsx'
import { ThreadHeader, type ThreadHeaderProps } from './thread-header.tsx'
import { useMessageActions } from './use-message-actions.ts'

export interface ThreadProps extends Omit<ThreadHeaderProps, 'isFocused'> {
  conversationId: string
  people: People
  /** Called when the messages are displayed for the first time. */
  onDisplayed: () => void
  /** Called when the newest messages come into view, or leave it. */
  onAtEnd: (isAtEnd: boolean) => void
}

const ConfirmDialog = lazyPart(
  async () => (await import('../ui/dialog.tsx')).ConfirmDialog,
  ({ isOpen }) => isOpen,
)

/** One conversation, with its messages and composer. */
export function Thread({
  conversationId,
  people,
  onDisplayed,
  onAtEnd,
  ...header
}: ThreadProps): ReactElement {
  const { messages, isLoading, error, hasOlder, isLoadingOlder, loadOlder, loadOlderError } =
    useMessages(conversationId)
  const { reconnectNow, ...connection } = useConnection(conversationId)
  const composer = useRef<ComposerHandle>(null)
  const { actions, messageToDelete, setMessageToDelete, remove } = useMessageActions(conversationId, composer)
  const names = formatNames(people.others.map(getDisplayName)) || 'this conversation'
  const isTouch = useMemo(() => matchMedia('(pointer: coarse)').matches, [])
  const isSkeleton = isLoading && messages.length === 0
  useEffect(() => {
    if (!isSkeleton) onDisplayed()
  }, [isSkeleton, onDisplayed])

  if (isUnavailable(error)) return <ConversationUnavailable />
  return (
    <section aria-label={`Conversation with ${names}`} className="flex h-full min-w-0 flex-1 flex-col">
      <ThreadHeader {...header} people={people} isFocused={isTouch} />
      <ConnectionBanner
        connection={connection}
        hint="Your messages will be sent when the connection is restored."
        onReconnect={reconnectNow}
      />
      <div className="relative flex min-h-0 flex-1 flex-col">
        {isSkeleton && <LogSkeleton />}
        <MessageLog
          messages={messages}
          isLoaded={!isLoading && error === undefined}
          isSynced={connection.isSynced}
          history={{
            hasOlder,
            isLoading: isLoadingOlder,
            hasFailed: loadOlderError !== undefined,
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

function isUnavailable(error: unknown): boolean {
  const types: readonly string[] = ['Forbidden', 'ResourceNotFound', 'ResourceGone', 'InvalidIdentifier']
  return isChatError(error) && types.includes(error.type)
}

/** Shown instead of a conversation that the user cannot access, or no longer. */
function ConversationUnavailable(): ReactElement {
  return (
    <section
      aria-labelledby="unavailable"
      className="m-auto grid max-w-sm justify-items-center gap-3 p-8 text-center"
    >
      <DoorOpen aria-hidden className="size-10 text-soft" />
      <h1 id="unavailable" className="text-lg font-semibold">
        You are not in this conversation
      </h1>
      <p className="text-sm text-soft">It was deleted, you left it, or you were never added to it.</p>
      <a
        href={toHref({ page: 'conversations' })}
        className="mt-1 inline-flex min-h-11 items-center rounded-full bg-accent px-5 text-sm font-semibold text-on-accent hover:bg-accent-strong"
      >
        Back to conversations
      </a>
    </section>
  )
}

const widths = ['w-56', 'w-80', 'w-40']

/** Placeholder while the messages are loading. */
function LogSkeleton(): ReactElement {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-6 mx-auto max-w-3xl space-y-2.5 px-3 motion-safe:animate-pulse sm:px-6">
      <p className="sr-only">Loading messages…</p>
      {widths.map((width) => (
        <div key={width} className={`ms-10 h-11 max-w-[80%] rounded-[1.25rem] bg-raised ${width}`} />
      ))}
      <div className="ms-auto h-11 w-48 rounded-[1.25rem] bg-raised" />
    </div>
  )
}

/** Shows who is typing. Its height is constant, so that the layout does not shift. */
function TypingIndicator({
  conversationId,
  people,
}: {
  conversationId: string
  people: People
}): ReactElement {
  const { typing } = useTyping(conversationId)
  const names = typing.map((id) => getDisplayName(people.get(id)))
  return (
    <p className="mx-auto flex h-6 w-full max-w-3xl items-center gap-2 px-4 text-xs text-soft sm:px-7">
      {names.length > 0 && (
        <>
          <span aria-hidden className="flex gap-0.5">
            {['', '[animation-delay:150ms]', '[animation-delay:300ms]'].map((delay) => (
              <span
                key={delay}
                className={`size-1.5 rounded-full bg-soft motion-safe:animate-bounce ${delay}`}
              />
            ))}
          </span>
          <bdi className="truncate">
            {names.length > 3
              ? 'Several people are typing'
              : `${formatNames(names)} ${names.length === 1 ? 'is' : 'are'} typing`}
          </bdi>
        </>
      )}
    </p>
  )
}
