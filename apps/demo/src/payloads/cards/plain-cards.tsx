import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import type { OnReply } from '../reply.ts'
import { CardPayload } from './card-payload.tsx'

export interface CardsProps {
  payload: PayloadOf<'carousel'>
  onReply?: OnReply | undefined
}

/** Cards in a natively scrolled row. Shown until the carousel is loaded, or if loading fails. */
export function PlainCards({ payload, onReply }: CardsProps): ReactElement {
  return (
    <div className="scrollbar-none flex w-full gap-3 overflow-x-auto rounded-2xl p-px">
      {payload.items.map((card, index) => (
        <div key={index} className="w-64 max-w-[85%] shrink-0">
          <CardPayload payload={card} onReply={onReply} />
        </div>
      ))}
    </div>
  )
}
