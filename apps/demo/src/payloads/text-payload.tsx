import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { LongText } from './long-text.tsx'

export function TextPayload({ payload }: { payload: PayloadOf<'text'> }): ReactElement {
  return (
    <LongText text={payload.text}>
      {(text) => <p className="whitespace-pre-wrap wrap-anywhere">{text}</p>}
    </LongText>
  )
}
