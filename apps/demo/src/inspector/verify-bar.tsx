import type { ConnectedUser } from '@parley/core'
import { useMessages } from '@parley/react'
import type { ChatMessage } from '@parley/rx'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { BehaviorSubject, type Observable } from 'rxjs'
import { Button } from '../ui/button.tsx'
import { getErrorReason } from '../ui/error-message.tsx'
import { formatCount } from './format-quantity.ts'
import { isConsistent, verifyConversation, type Comparison } from './verify-conversation.ts'

type VerificationState =
  | { state: 'idle' | 'running' }
  | { state: 'done'; comparison: Comparison }
  | { state: 'failed'; reason: string }

export interface VerifyBarProps {
  me: ConnectedUser | undefined
  /** The open conversation, if any. */
  conversationId: string | undefined
}

/** Compares the shown messages with the server's list, and reports differences. */
export function VerifyBar({ me, conversationId }: VerifyBarProps): ReactElement {
  if (!me || conversationId === undefined) return <VerificationStatus verification={{ state: 'idle' }} />
  return <Verification key={conversationId} me={me} conversationId={conversationId} />
}

function Verification({ me, conversationId }: { me: ConnectedUser; conversationId: string }): ReactElement {
  const shown$ = useShownMessages(conversationId)
  const [verification, setVerification] = useState<VerificationState>({ state: 'idle' })
  const currentController = useRef<AbortController>(undefined)
  useEffect(() => () => currentController.current?.abort(), [])

  async function verify(): Promise<void> {
    const controller = new AbortController()
    currentController.current = controller
    setVerification({ state: 'running' })
    try {
      const comparison = await verifyConversation(me, { conversationId, shown$, signal: controller.signal })
      setVerification({ state: 'done', comparison })
    } catch (error) {
      if (!controller.signal.aborted) setVerification({ state: 'failed', reason: getErrorReason(error) })
    }
  }

  return (
    <VerificationStatus
      verification={verification}
      onVerify={() => {
        if (verification.state !== 'running') void verify()
      }}
    />
  )
}

/** The messages that the thread shows, as an observable. */
function useShownMessages(conversationId: string): Observable<readonly ChatMessage[]> {
  const { messages } = useMessages(conversationId)
  const [shown$] = useState(() => new BehaviorSubject(messages))
  useEffect(() => shown$.next(messages), [shown$, messages])
  return shown$
}

function VerificationStatus({
  verification,
  onVerify,
}: {
  verification: VerificationState
  onVerify?: () => void
}): ReactElement {
  const isBad =
    verification.state === 'failed' ||
    (verification.state === 'done' && !isConsistent(verification.comparison))
  const Icon = isBad ? ShieldAlert : ShieldCheck
  return (
    <div className="mx-4 mt-2 flex items-center gap-3 rounded-xl bg-raised py-1.5 ps-3 pe-1.5">
      <Icon
        aria-hidden
        className={`size-5 shrink-0 ${isBad ? 'text-alert' : verification.state === 'done' ? 'text-accent-text' : 'text-soft'}`}
      />
      <p
        role="status"
        className={`min-w-0 flex-1 text-[0.8125rem] leading-snug ${isBad ? 'text-alert' : ''}`}
      >
        <bdi>{getStatusText(verification)}</bdi>
      </p>
      <Button
        disabled={!onVerify}
        // Not `disabled`, so that the button keeps the focus.
        aria-disabled={verification.state === 'running'}
        onClick={onVerify}
        className="min-h-9!"
      >
        Verify
      </Button>
    </div>
  )
}

function getStatusText(verification: VerificationState): string {
  switch (verification.state) {
    case 'idle':
      return 'Compare the messages with the server.'
    case 'running':
      return 'Loading messages from the server…'
    case 'failed':
      return `Unable to load messages from the server. ${verification.reason}`
    case 'done':
      return formatComparison(verification.comparison)
  }
}

function formatComparison(comparison: Comparison): string {
  const { stored, shown, missing, duplicates, outOfOrder, unknown } = comparison
  const parts = [
    formatCount(stored, 'message'),
    `${missing.length} missing`,
    formatCount(duplicates.length, 'duplicate'),
    ...(outOfOrder.length > 0 ? [`${outOfOrder.length} out of order`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} unknown to the server`] : []),
  ]
  const older = stored - shown - missing.length - duplicates.length
  return `${parts.join(', ')}.${older > 0 ? ` Compared the newest ${shown}.` : ''}`
}
