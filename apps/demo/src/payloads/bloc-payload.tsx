import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { BlocItemView } from './bloc-item-view.tsx'

/** Several things that are said as one. */
export function BlocPayload({ payload }: { payload: PayloadOf<'bloc'> }): ReactElement {
  return (
    <div className="space-y-3">
      {payload.items.map((item, index) => (
        <BlocItemView key={index} payload={item} />
      ))}
    </div>
  )
}
