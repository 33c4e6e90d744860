import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { NotPlayable } from './not-playable.tsx'
import { safeMedia } from './safe-url.ts'

export function VideoPayload({ payload }: { payload: PayloadOf<'video'> }): ReactElement {
  const src = safeMedia(payload.videoUrl)
  if (!src) return <NotPlayable kind="video" />
  return (
    <video
      controls
      playsInline
      preload="metadata"
      src={src}
      aria-label="Video"
      className="aspect-video max-h-96 w-full max-w-sm rounded-2xl bg-black ring-1 ring-line"
    />
  )
}
