import type { PayloadOf } from '@parley/core'
import { lazy, Suspense, type ReactElement } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { LongText } from '../text/long-text.tsx'
import { TextPayload } from '../text/text-payload.tsx'

export interface MarkdownPayloadProps {
  payload: PayloadOf<'markdown'>
  isStreaming?: boolean | undefined
}

/** A Markdown message. Shown as plain text until the renderer is loaded, or if rendering fails. */
export function MarkdownPayload({ payload, isStreaming = false }: MarkdownPayloadProps): ReactElement {
  return (
    <LongText text={payload.markdown} isStreaming={isStreaming}>
      {(markdown) => {
        const asText = <TextPayload payload={{ type: 'text', text: markdown }} isStreaming />
        return (
          <ErrorBoundary resetKeys={[markdown]} fallback={asText}>
            <Suspense fallback={asText}>
              <MarkdownBody markdown={markdown} isStreaming={isStreaming} />
            </Suspense>
          </ErrorBoundary>
        )
      }}
    </LongText>
  )
}

const MarkdownBody = lazy(async () => ({ default: (await loadMarkdown()).MarkdownBody }))

export const loadMarkdown = () => import('./markdown-body.tsx')
