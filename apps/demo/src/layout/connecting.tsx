import { useMessages, type ChatState } from '@parley/react'
import { CloudOff } from 'lucide-react'
import { useMemo, useRef, type ReactElement } from 'react'
import { createPeople } from '../people/people.ts'
import { Composer, type ComposerHandle } from '../thread/composer.tsx'
import { MessageLog } from '../thread/message-log.tsx'
import { useMessageActions } from '../thread/use-message-actions.ts'
import { Button } from '../ui/button.tsx'
import { ErrorMessage } from '../ui/error-message.tsx'
import { useDelayed } from '../ui/use-delayed.ts'

export interface ConnectingProps {
  chatState: Exclude<ChatState, { state: 'connected' }>
  /** The conversation in the URL. */
  conversationId: string | undefined
  onSettings: () => void
}

/** Most servers respond sooner. */
const slowAfterMs = 1_200

/**
 * Shown until the user is connected. Empty at first; after an error or a delay, it shows the draft and the pending
 * messages of the open conversation, so that the user can keep writing.
 */
export function Connecting({ chatState, conversationId, onSettings }: ConnectingProps): ReactElement {
  const { error } = chatState
  const isSlow = useDelayed(true, slowAfterMs)
  const canWrite = conversationId !== undefined && (error !== undefined || isSlow)

  return (
    <main className={`flex min-w-0 flex-1 flex-col ${canWrite ? '' : 'justify-center p-6'}`}>
      <div role="status">
        {error && <ConnectionProblem {...{ chatState, onSettings }} isBanner={canWrite} />}
      </div>
      {canWrite && <UnsentMessages conversationId={conversationId} />}
    </main>
  )
}

function ConnectionProblem({
  chatState: { state, error, retry },
  isBanner,
  onSettings,
}: Omit<ConnectingProps, 'conversationId'> & { isBanner: boolean }): ReactElement {
  return (
    <div
      className={
        isBanner
          ? 'flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-alert-subtle px-4 py-3 sm:px-6'
          : 'mx-auto grid max-w-sm justify-items-center gap-3 text-center'
      }
    >
      <CloudOff aria-hidden className={isBanner ? 'size-6 shrink-0 text-alert' : 'size-10 text-soft'} />
      <div className="min-w-56 flex-1">
        <h1 className={isBanner ? 'text-sm font-medium' : 'text-lg font-semibold'}>Unable to connect</h1>
        <div className="text-[0.8125rem] text-soft wrap-anywhere">
          {state === 'connecting' && (
            <p>Retrying…{isBanner && ' Your messages will be sent when the connection is restored.'}</p>
          )}
          <ErrorMessage error={error} />
        </div>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button variant="primary" onClick={retry}>
          Retry now
        </Button>
        <Button onClick={onSettings}>Server settings</Button>
      </div>
    </div>
  )
}

const unknownUser = { id: '' }
const noHistory = { hasOlder: false, isLoading: false, hasFailed: false, onLoad: () => {} }

function UnsentMessages({ conversationId }: { conversationId: string }): ReactElement {
  const { messages } = useMessages(conversationId)
  const composer = useRef<ComposerHandle>(null)
  const { actions } = useMessageActions(conversationId, composer)
  const people = useMemo(() => createPeople(unknownUser, { bot: undefined, participants: [] }), [])
  const isTouch = useMemo(() => matchMedia('(pointer: coarse)').matches, [])
  return (
    <section aria-label="Unsent messages" className="flex min-h-0 flex-1 flex-col">
      <MessageLog
        messages={messages}
        isLoaded={false}
        isSynced={false}
        history={noHistory}
        people={people}
        isWaiting
        actions={actions}
        label="Unsent messages"
        onAtEnd={() => {}}
      />
      <Composer
        ref={composer}
        conversationId={conversationId}
        recipients="this conversation"
        isFocused={!isTouch}
      />
    </section>
  )
}
