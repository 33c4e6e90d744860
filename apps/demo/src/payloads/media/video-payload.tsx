import type { PayloadOf } from '@parley/core'
import { useState, type ReactElement } from 'react'
import { getFileName } from '../get-file-name.ts'
import { toSafeMediaUrl } from '../safe-url.ts'
import { MediaError } from './media-error.tsx'

export function VideoPayload({ payload }: { payload: PayloadOf<'video'> }): ReactElement {
  const { videoUrl } = payload
  const [brokenSrc, setBrokenSrc] = useState<string>()
  const src = toSafeMediaUrl(videoUrl)
  if (!src || brokenSrc === src) return <MediaError kind="video" url={videoUrl} />
  return (
    <video
      controls
      playsInline
      preload="metadata"
      src={src}
      aria-label={`Video ${getFileName(src) ?? ''}`.trim()}
      onError={() => setBrokenSrc(src)}
      className="aspect-video w-full max-w-sm rounded-2xl bg-black object-contain ring-1 ring-line"
    />
  )
}
