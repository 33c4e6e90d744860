import type { Payload } from '@parley/core'
import type { ReactElement } from 'react'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { BlocItemView } from './bloc-item-view.tsx'
import { BlocPayload } from './bloc-payload.tsx'
import { CardPayload } from './cards/card-payload.tsx'
import { CardsPayload } from './cards/cards-payload.tsx'
import { ChoicePayload } from './options/choice-payload.tsx'
import { DropdownPayload } from './options/dropdown-payload.tsx'
import { parsePayload } from './parse-payload.ts'
import type { OnReply } from './reply.ts'
import { UnknownPayload } from './unknown-payload.tsx'

export interface PayloadViewProps {
  payload: Payload
  /** The user's answer, as the value of an option. */
  answer?: string | undefined
  /** Absent if the message cannot be answered yet. */
  onReply?: OnReply | undefined
  /** Whether the message is still streaming. Default: false. */
  isStreaming?: boolean
}

/** Shows a payload of any of the 12 types. A rendering error affects only this payload. */
export function PayloadView(props: PayloadViewProps): ReactElement {
  const { payload } = props

  return (
    <ErrorBoundary resetKey={payload} fallback={<UnknownPayload payload={payload} />}>
      <AnyPayload {...props} />
    </ErrorBoundary>
  )
}

function AnyPayload({ payload, answer, onReply, isStreaming }: PayloadViewProps): ReactElement {
  const parsed = parsePayload(payload)
  if (!parsed) return <UnknownPayload payload={payload} />
  switch (parsed.type) {
    case 'card':
      return <CardPayload payload={parsed} onReply={onReply} />
    case 'carousel':
      return <CardsPayload payload={parsed} onReply={onReply} />
    case 'choice':
      return <ChoicePayload payload={parsed} answer={answer} onReply={onReply} />
    case 'dropdown':
      return <DropdownPayload payload={parsed} answer={answer} onReply={onReply} />
    case 'bloc':
      return <BlocPayload items={parsed.items} />
    default:
      return <BlocItemView payload={parsed} isStreaming={isStreaming} />
  }
}
