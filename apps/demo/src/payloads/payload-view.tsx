import type { Payload } from '@parley/core'
import type { ReactElement } from 'react'
import { BlocItemView } from './bloc-item-view.tsx'
import { BlocPayload } from './bloc-payload.tsx'
import { CardPayload } from './card-payload.tsx'
import { CarouselPayload } from './carousel-payload.tsx'
import { ChoicePayload } from './choice-payload.tsx'
import { DropdownPayload } from './dropdown-payload.tsx'
import type { OnReply } from './reply.ts'

export interface PayloadViewProps {
  payload: Payload
  /** What the visitor has answered already, as the value of an option. */
  answer?: string | undefined
  /** Absent where nothing can be answered yet. */
  onReply?: OnReply | undefined
}

/** What a message holds, whichever of the 12 kinds it is. */
export function PayloadView({ payload, answer, onReply }: PayloadViewProps): ReactElement {
  switch (payload.type) {
    case 'card':
      return <CardPayload payload={payload} onReply={onReply} />
    case 'carousel':
      return <CarouselPayload payload={payload} onReply={onReply} />
    case 'choice':
      return <ChoicePayload payload={payload} answer={answer} onReply={onReply} />
    case 'dropdown':
      return <DropdownPayload payload={payload} answer={answer} onReply={onReply} />
    case 'bloc':
      return <BlocPayload payload={payload} />
    default:
      return <BlocItemView payload={payload} />
  }
}
