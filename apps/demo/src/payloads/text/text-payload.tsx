import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { LongText } from './long-text.tsx'
import { PlainText } from './plain-text.tsx'

export interface TextPayloadProps {
  payload: PayloadOf<'text'>
  isWriting?: boolean | undefined
}

/** Plain text: its white space is kept, and its addresses are links. */
export function TextPayload({ payload, isWriting }: TextPayloadProps): ReactElement {
  return (
    <LongText text={payload.text} isWriting={isWriting}>
      {(text) => <PlainText text={text} />}
    </LongText>
  )
}
