import type { ConnectedUser } from '@parley/core'
import type { LivingConversation } from '@parley/rx'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement } from 'react'
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
  witness: LivingConversation | undefined
}

/** Asks the server for its own list, and says whether anything was lost on the way here. */
export function VerifyLine({ me, witness }: VerifyLineProps): ReactElement {
  const [verdict, setVerdict] = useState<Verdict>({ state: 'unasked' })
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  async function verify(user: ConnectedUser, conversation: LivingConversation): Promise<void> {
    const run = new AbortController()
    running.current = run
    setVerdict({ state: 'asking' })
    try {
      const comparison = await verifyConversation(user, { conversation, signal: run.signal })
      setVerdict({ state: 'found', comparison })
    } catch (error) {
      if (!run.signal.aborted) setVerdict({ state: 'failed', reason: reasonOf(error) })
    }
  }

  const isAsking = verdict.state === 'asking'
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
        disabled={!me || !witness}
        // Not disabled: the focus is to stay where it is.
        aria-disabled={isAsking}
        onClick={() => me && witness && !isAsking && void verify(me, witness)}
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
