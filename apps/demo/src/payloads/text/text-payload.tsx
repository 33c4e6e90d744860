import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { LongText } from './long-text.tsx'
import { PlainText } from './plain-text.tsx'

export interface TextPayloadProps {
  payload: PayloadOf<'text'>
  isStreaming?: boolean | undefined
}

/** Plain text with preserved white space and clickable links. */
export function TextPayload({ payload, isStreaming }: TextPayloadProps): ReactElement {
  return (
    <LongText text={payload.text} isStreaming={isStreaming}>
      {(text) => <PlainText text={text} />}
    </LongText>
  )
}
