import type { ConnectedUser } from '@parley/core'
import { useMessages } from '@parley/react'
import type { ChatMessage } from '@parley/rx'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { BehaviorSubject, type Observable } from 'rxjs'
import { Button } from '../ui/button.tsx'
import { reasonOf } from '../ui/reason-of.ts'
import { isFlawless, type Comparison } from './compare-messages.ts'
import { countText } from './quantity.ts'
import { verifyConversation } from './verify-conversation.ts'

type Verdict =
  | { state: 'unasked' | 'asking' }
  | { state: 'found'; comparison: Comparison }
  | { state: 'failed'; reason: string }

export interface VerifyLineProps {
  me: ConnectedUser | undefined
  /** The conversation in view, if any. */
  conversationId: string | undefined
}

/** Asks the server for its own list, and says whether anything of it was lost on the way to what the page shows. */
export function VerifyLine({ me, conversationId }: VerifyLineProps): ReactElement {
  if (!me || conversationId === undefined) return <VerdictLine verdict={{ state: 'unasked' }} />
  return <Verification key={conversationId} me={me} conversationId={conversationId} />
}

function Verification({ me, conversationId }: { me: ConnectedUser; conversationId: string }): ReactElement {
  const shown$ = useShown(conversationId)
  const [verdict, setVerdict] = useState<Verdict>({ state: 'unasked' })
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  async function verify(): Promise<void> {
    const run = new AbortController()
    running.current = run
    setVerdict({ state: 'asking' })
    try {
      const comparison = await verifyConversation(me, { conversationId, shown$, signal: run.signal })
      setVerdict({ state: 'found', comparison })
    } catch (error) {
      if (!run.signal.aborted) setVerdict({ state: 'failed', reason: reasonOf(error) })
    }
  }

  return (
    <VerdictLine
      verdict={verdict}
      onVerify={() => {
        if (verdict.state !== 'asking') void verify()
      }}
    />
  )
}

/** The very messages that the thread draws. */
function useShown(conversationId: string): Observable<readonly ChatMessage[]> {
  const { messages } = useMessages(conversationId)
  const [shown$] = useState(() => new BehaviorSubject(messages))
  useEffect(() => shown$.next(messages), [shown$, messages])
  return shown$
}

function VerdictLine({ verdict, onVerify }: { verdict: Verdict; onVerify?: () => void }): ReactElement {
  const isBad = verdict.state === 'failed' || (verdict.state === 'found' && !isFlawless(verdict.comparison))
  const Icon = isBad ? ShieldAlert : ShieldCheck
  return (
    <div className="mx-4 mt-2 flex items-center gap-3 rounded-xl bg-raised py-1.5 ps-3 pe-1.5">
      <Icon
        aria-hidden
        className={`size-5 shrink-0 ${isBad ? 'text-alert' : verdict.state === 'found' ? 'text-accent-ink' : 'text-soft'}`}
      />
      <p
        role="status"
        className={`min-w-0 flex-1 text-[0.8125rem] leading-snug ${isBad ? 'text-alert' : ''}`}
      >
        <bdi>{textOf(verdict)}</bdi>
      </p>
      <Button
        disabled={!onVerify}
        // Not disabled: the focus is to stay where it is.
        aria-disabled={verdict.state === 'asking'}
        onClick={onVerify}
        className="min-h-9!"
      >
        Verify
      </Button>
    </div>
  )
}

function textOf(verdict: Verdict): string {
  switch (verdict.state) {
    case 'unasked':
      return 'Is anything lost? Compare with the server’s own list.'
    case 'asking':
      return 'Asking the server for its list…'
    case 'failed':
      return `No list to compare with. ${verdict.reason}`
    case 'found':
      return comparisonText(verdict.comparison)
  }
}

function comparisonText(comparison: Comparison): string {
  const { stored, shown, lost, repeated, misplaced, unknown } = comparison
  const parts = [
    countText(stored, 'message'),
    `${lost.length} lost`,
    `${repeated.length} repeated`,
    ...(misplaced.length > 0 ? [`${misplaced.length} out of order`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} unknown to the server`] : []),
  ]
  const older = stored - shown - lost.length - repeated.length
  return `${parts.join(', ')}.${older > 0 ? ` The newest ${shown} were compared.` : ''}`
}
