import type { BlocItem } from '@parley/core'
import type { ReactElement } from 'react'
import { FilePayload } from './file-payload.tsx'
import { LocationPayload } from './location-payload.tsx'
import { MarkdownPayload } from './markdown/markdown-payload.tsx'
import { AudioPayload } from './media/audio-payload.tsx'
import { ImagePayload } from './media/image-payload.tsx'
import { VideoPayload } from './media/video-payload.tsx'
import { TextPayload } from './text/text-payload.tsx'

/** Shows a payload that a `bloc` may contain. */
export function BlocItemView({
  payload,
  isStreaming,
}: {
  payload: BlocItem
  isStreaming?: boolean | undefined
}): ReactElement {
  switch (payload.type) {
    case 'text':
      return <TextPayload payload={payload} isStreaming={isStreaming} />
    case 'markdown':
      return <MarkdownPayload payload={payload} isStreaming={isStreaming} />
    case 'image':
      return <ImagePayload payload={payload} />
    case 'audio':
      return <AudioPayload payload={payload} />
    case 'video':
      return <VideoPayload payload={payload} />
    case 'file':
      return <FilePayload payload={payload} />
    case 'location':
      return <LocationPayload payload={payload} />
  }
}
