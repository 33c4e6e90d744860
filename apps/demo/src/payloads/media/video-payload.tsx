import type { PayloadOf } from '@parley/core'
import { useState, type ReactElement } from 'react'
import { fileName } from '../file-name.ts'
import { safeMedia } from '../safe-url.ts'
import { Unreachable } from './unreachable.tsx'

export function VideoPayload({ payload }: { payload: PayloadOf<'video'> }): ReactElement {
  const { videoUrl } = payload
  const [broken, setBroken] = useState<string>()
  const src = safeMedia(videoUrl)
  if (!src || broken === src) return <Unreachable kind="video" url={videoUrl} />
  return (
    <video
      controls
      playsInline
      preload="metadata"
      src={src}
      aria-label={`Video ${fileName(src) ?? ''}`.trim()}
      onError={() => setBroken(src)}
      className="aspect-video w-full max-w-sm rounded-2xl bg-black object-contain ring-1 ring-line"
    />
  )
}
