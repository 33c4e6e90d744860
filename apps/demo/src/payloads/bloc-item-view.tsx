import type { BlocItem } from '@parley/core'
import type { ReactElement } from 'react'
import { FilePayload } from './file-payload.tsx'
import { LocationPayload } from './location-payload.tsx'
import { MarkdownPayload } from './markdown/markdown-payload.tsx'
import { AudioPayload } from './media/audio-payload.tsx'
import { ImagePayload } from './media/image-payload.tsx'
import { VideoPayload } from './media/video-payload.tsx'
import { TextPayload } from './text/text-payload.tsx'

/** What is only looked at, and may stand inside a `bloc`. */
export function BlocItemView({
  payload,
  isWriting,
}: {
  payload: BlocItem
  isWriting?: boolean | undefined
}): ReactElement {
  switch (payload.type) {
    case 'text':
      return <TextPayload payload={payload} isWriting={isWriting} />
    case 'markdown':
      return <MarkdownPayload payload={payload} isWriting={isWriting} />
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
