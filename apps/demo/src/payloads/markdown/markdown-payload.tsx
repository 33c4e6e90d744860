import type { PayloadOf } from '@parley/core'
import { lazy, Suspense, type ReactElement } from 'react'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { LongText } from '../text/long-text.tsx'
import { TextPayload } from '../text/text-payload.tsx'
import { loadMarkdown } from './load-markdown.ts'

export interface MarkdownPayloadProps {
  payload: PayloadOf<'markdown'>
  isWriting?: boolean | undefined
}

/** Markdown. Until what reads it is there, and where it cannot be read, it is text. */
export function MarkdownPayload({ payload, isWriting = false }: MarkdownPayloadProps): ReactElement {
  return (
    <LongText text={payload.markdown} isWriting={isWriting}>
      {(markdown) => {
        const asText = <TextPayload payload={{ type: 'text', text: markdown }} isWriting />
        return (
          <ErrorBoundary resetKey={markdown} fallback={asText}>
            <Suspense fallback={asText}>
              <MarkdownBody markdown={markdown} isWriting={isWriting} />
            </Suspense>
          </ErrorBoundary>
        )
      }}
    </LongText>
  )
}

const MarkdownBody = lazy(async () => ({ default: (await loadMarkdown()).MarkdownBody }))
