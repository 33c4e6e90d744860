import type { BlocItem } from '@parley/core'
import type { ReactElement } from 'react'
import { AudioPayload } from './audio-payload.tsx'
import { FilePayload } from './file-payload.tsx'
import { ImagePayload } from './image-payload.tsx'
import { LocationPayload } from './location-payload.tsx'
import { MarkdownPayload } from './markdown-payload.tsx'
import { TextPayload } from './text-payload.tsx'
import { UnknownPayload } from './unknown-payload.tsx'
import { VideoPayload } from './video-payload.tsx'

/** What is only looked at, and may stand inside a `bloc`. */
export function BlocItemView({ payload }: { payload: BlocItem }): ReactElement {
  switch (payload.type) {
    case 'text':
      return <TextPayload payload={payload} />
    case 'markdown':
      return <MarkdownPayload payload={payload} />
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
    default:
      return <UnknownPayload payload={payload} />
  }
}
