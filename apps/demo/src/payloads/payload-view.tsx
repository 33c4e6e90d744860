import type { Payload } from '@parley/core'
import type { ReactElement } from 'react'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { BlocItemView } from './bloc-item-view.tsx'
import { BlocPayload } from './bloc-payload.tsx'
import { CardPayload } from './cards/card-payload.tsx'
import { CardsPayload } from './cards/cards-payload.tsx'
import { ChoicePayload } from './options/choice-payload.tsx'
import { DropdownPayload } from './options/dropdown-payload.tsx'
import { readPayload } from './read-payload.ts'
import type { OnReply } from './reply.ts'
import { UnknownPayload } from './unknown-payload.tsx'

export interface PayloadViewProps {
  payload: Payload
  /** What the visitor has answered already, as the value of an option. */
  answer?: string | undefined
  /** Absent where nothing can be answered yet. */
  onReply?: OnReply | undefined
  /** Whether more of it is still to come. Default: false. */
  isWriting?: boolean
}

/** What a message holds, whichever of the 12 kinds it is. Whatever is wrong with it stays within it. */
export function PayloadView(props: PayloadViewProps): ReactElement {
  const { payload } = props

  return (
    <ErrorBoundary resetKey={payload} fallback={<UnknownPayload payload={payload} />}>
      <AnyPayload {...props} />
    </ErrorBoundary>
  )
}

function AnyPayload({ payload, answer, onReply, isWriting }: PayloadViewProps): ReactElement {
  const read = readPayload(payload)
  if (!read) return <UnknownPayload payload={payload} />
  switch (read.type) {
    case 'card':
      return <CardPayload payload={read} onReply={onReply} />
    case 'carousel':
      return <CardsPayload payload={read} onReply={onReply} />
    case 'choice':
      return <ChoicePayload payload={read} answer={answer} onReply={onReply} />
    case 'dropdown':
      return <DropdownPayload payload={read} answer={answer} onReply={onReply} />
    case 'bloc':
      return <BlocPayload items={read.items} />
    default:
      return <BlocItemView payload={read} isWriting={isWriting} />
  }
}
